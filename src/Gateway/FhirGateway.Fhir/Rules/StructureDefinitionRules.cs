using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>A profile fits the structure that it constrains (profiling.html): its type and kind, and each element of its differential.</summary>
internal sealed class StructureDefinitionRules(DefinitionLookup definitions)
{
    private const string ExtensionUrl = "http://hl7.org/fhir/StructureDefinition/Extension";
    private readonly DifferentialRules differentials = new();

    public void Check(RuleReport report, int definition)
    {
        var tape = report.Tape;
        if (tape.FindText(definition, "baseDefinition"u8) is not { } url)
            return;
        if (tape.Is(tape.Find(definition, "type"u8), "Extension"u8) && url == ExtensionUrl)
            CheckExtensionUrl(report, definition);
        if (definitions.FindStructure(url) is not { } parent)
            return;
        var derivation = tape.Find(definition, "derivation"u8);
        if (!tape.IsString(derivation))
            report.Error(definition, "not-found", "structure-derivation", "A structure with a base says in derivation whether it constrains or specializes it");
        else if (tape.Is(derivation, "constraint"u8))
            CheckConstraint(report, definition, parent);
        else if (tape.FindText(definition, "type"u8) == parent.Type)
            report.Error(tape.Find(definition, "type"u8), "invalid", "structure-type", "A structure that specializes another is of another type");
    }

    private void CheckConstraint(RuleReport report, int definition, FhirStructure parent)
    {
        var tape = report.Tape;
        var type = tape.Find(definition, "type"u8);
        if (tape.IsString(type) && LastStep(tape.Text(type)) != parent.Type)
        {
            report.Error(type, "invalid", "structure-type", "A structure that constrains another is of the same type");
            return;
        }
        var kind = tape.Find(definition, "kind"u8);
        if (tape.IsString(kind) && tape.Text(kind) != KindCode(parent.Kind))
            report.Error(kind, "invalid", "structure-kind", "A structure that constrains another is of the same kind");
        if (!parent.Snapshot.IsEmpty)
            differentials.Check(report, tape.Find(definition, "differential"u8), new(parent, definitions));
    }

    /// <summary>defining-extensions.html: the url of an extension is fixed to that of its definition.</summary>
    private static void CheckExtensionUrl(RuleReport report, int definition)
    {
        var tape = report.Tape;
        var url = tape.FindText(definition, "url"u8);
        var isFixed = false;
        foreach (var part in (ReadOnlySpan<int>)[tape.Find(definition, "differential"u8), tape.Find(definition, "snapshot"u8)])
        {
            foreach (var element in tape.Items(part, "element"u8))
            {
                if (!tape.Is(tape.Find(element, "path"u8), "Extension.url"u8) || tape.FindText(element, "fixedUri"u8) is not { } value)
                    continue;
                isFixed = true;
                if (url is not null && value != url)
                    report.Error(element, "invalid", "extension-url", "Extension.url is fixed to the url of this definition");
            }
        }
        if (!isFixed && url is not null && (tape.Has(definition, "differential"u8) || tape.Has(definition, "snapshot"u8)))
            report.Error(definition, "invalid", "extension-url", "The definition of an extension fixes Extension.url to its own url");
    }

    private static string KindCode(StructureKind kind) => kind switch
    {
        StructureKind.PrimitiveType => "primitive-type",
        StructureKind.ComplexType => "complex-type",
        StructureKind.Resource => "resource",
        _ => "logical",
    };

    private static string LastStep(string type) => type[(type.LastIndexOf('/') + 1)..];
}
