using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Rules;

/// <summary>
/// What the prose of the specification asks of a resource and no StructureDefinition can say: how the entries of a Bundle
/// belong together, where references lead, what a narrative may hold, how definitions agree with each other.
/// Reusable, one per worker, not thread-safe.
/// </summary>
public sealed class ResourceRules
{
    private readonly NarrativeRules narratives = new();
    private readonly ElementRules elements;
    private readonly BundleRules bundles;
    private readonly ParametersRules parameters = new();
    private readonly CodeSystemRules codeSystems;
    private readonly ValueSetRules valueSets;
    private readonly SearchParameterRules searchParameters;
    private readonly CapabilityRules capabilities;
    private readonly StructureDefinitionRules structures;
    private readonly ResponseRules responses;
    private readonly QuestionnaireRules questionnaires = new();
    private readonly ContainedRules contained;
    private readonly RuleReport report = new();

    /// <param name="packages">Definitions that a resource may refer to; may be empty.</param>
    public ResourceRules(PackageSet packages)
    {
        ArgumentNullException.ThrowIfNull(packages);
        elements = new(narratives);
        contained = new(narratives);
        bundles = new(narratives);
        var definitions = new DefinitionLookup(packages);
        codeSystems = new(definitions);
        valueSets = new(definitions);
        searchParameters = new(definitions);
        capabilities = new(definitions);
        structures = new(definitions);
        responses = new(definitions);
    }

    /// <summary>Adds what is wrong with the resource and with all resources within it.</summary>
    /// <param name="resource">One resource, read without a fault.</param>
    /// <param name="issues">Where findings are added.</param>
    public void Check(JsonTape resource, List<ValidationIssue> issues)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(issues);
        if (resource.Count == 0)
            return;
        report.Begin(resource, issues);
        narratives.Reset();
        elements.Check(report);
        CheckResource(0, isContained: false);
        foreach (var nested in elements.Nested)
            CheckResource(nested, isContained: false);
        foreach (var inner in elements.Contained)
            CheckResource(inner, isContained: true);
        report.End();
    }

    private void CheckResource(int resource, bool isContained)
    {
        if (!isContained && elements.Contained.Count > 0 && report.Tape.Find(resource, "contained"u8) is >= 0 and var list && report.Tape[list].Kind == JsonKind.Array)
            contained.Check(report, resource, list);
        var type = report.Tape.Find(resource, "resourceType"u8);
        if (!report.Tape.IsString(type))
            return;
        switch (StructureTable.R4.FindResourceType(report.Tape.Bytes(type)))
        {
            case null:
                break;
            case "Bundle":
                bundles.Check(report, resource);
                break;
            case "Parameters":
                parameters.Check(report, resource);
                break;
            case "QuestionnaireResponse":
                responses.Check(report, resource);
                break;
            case var name when DefinitionTypes.Contains(name):
                DefinitionRules.Check(report, resource);
                CheckDefinition(name, resource);
                break;
        }
    }

    private void CheckDefinition(string type, int resource)
    {
        switch (type)
        {
            case "CodeSystem":
                codeSystems.Check(report, resource);
                break;
            case "ValueSet":
                valueSets.Check(report, resource);
                break;
            case "SearchParameter":
                searchParameters.Check(report, resource);
                break;
            case "CapabilityStatement":
                capabilities.Check(report, resource);
                break;
            case "StructureDefinition":
                structures.Check(report, resource);
                break;
            case "Questionnaire":
                questionnaires.Check(report, resource);
                break;
        }
    }
}
