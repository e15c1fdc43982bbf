using System.Text;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Tests.Fhir.Profiles;

/// <summary>A validator over FHIR R4 and definitions of a test.</summary>
internal sealed class ProfileRig
{
    public const string Url = "http://example.org/StructureDefinition/mine";
    private readonly ProfileValidator validator;
    private readonly JsonTape tape = new();

    public ProfileRig(params ReadOnlySpan<string> definitions)
    {
        var loose = new LooseDefinitions();
        foreach (var definition in definitions)
            loose.Add("definition.json", Encoding.UTF8.GetBytes(definition));
        var set = new PackageSet([BuiltInPackages.R4, loose.ToPackage([BuiltInPackages.R4])]);
        Plans = new ValidationPlans(set, new TerminologyTables(set));
        validator = new ProfileValidator(Plans);
    }

    public ValidationPlans Plans { get; }

    /// <summary>A profile of a type with a differential.</summary>
    public static string Profile(string type, string elements, string url = Url) => $$$$"""
        {"resourceType":"StructureDefinition","url":"{{{{url}}}}","version":"1.2","name":"Mine","status":"active","kind":"{{{{(char.IsUpper(type[0]) && type is not ("Identifier" or "HumanName" or "Extension" or "Quantity") ? "resource" : "complex-type")}}}}",
        "abstract":false,"type":"{{{{type}}}}","baseDefinition":"http://hl7.org/fhir/StructureDefinition/{{{{type}}}}","derivation":"constraint","differential":{"element":[{{{{elements}}}}]}}
        """;

    public List<ValidationIssue> Find(string json, params IReadOnlyList<string> profiles)
    {
        Assert.True(tape.Read(Encoding.UTF8.GetBytes(json)).IsNone);
        var found = new List<ValidationIssue>();
        validator.Validate(tape, found, profiles);
        return found;
    }

    /// <summary>Errors under the profile <see cref="Url"/>, as <c>key expression</c>, sorted.</summary>
    public string Errors(string json) => string.Join('\n', Find(json, Url).Where(i => i.Severity <= FhirGateway.Fhir.Structure.IssueSeverity.Error)
        .Select(i => $"{i.Key} {i.Expression}").Order(StringComparer.Ordinal));
}
