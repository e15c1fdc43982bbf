using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>Resources that travel as parameters together: one that refers to a type of which another parameter is, means that one.</summary>
internal sealed class ParametersRules
{
    private static readonly int ReferenceHash = (int)JsonText.Hash("reference"u8);

    private readonly HashSet<string> types = new(StringComparer.Ordinal);
    private readonly HashSet<string> resources = new(StringComparer.Ordinal);

    public void Check(RuleReport report, int parameters)
    {
        types.Clear();
        resources.Clear();
        foreach (var parameter in report.Tape.Items(parameters, "parameter"u8))
            Collect(report.Tape, parameter);
        foreach (var parameter in report.Tape.Items(parameters, "parameter"u8))
            CheckParameter(report, parameter);
    }

    private void CheckParameter(RuleReport report, int parameter)
    {
        var tape = report.Tape;
        foreach (var part in tape.Items(parameter, "part"u8))
            CheckParameter(report, part);
        var resource = tape.Find(parameter, "resource"u8);
        if (resource < 0 || tape[resource].Kind != JsonKind.Object || tape.Is(tape.Find(resource, "resourceType"u8), "Bundle"u8))
            return;
        for (var i = resource + 1; i < tape[resource].Next; i++)
            if (tape[i].Kind == JsonKind.Name && tape[i].Next == ReferenceHash && tape[i + 1].Kind == JsonKind.String)
                CheckReference(report, i + 1);
    }

    private void CheckReference(RuleReport report, int value)
    {
        var tape = report.Tape;
        var reference = tape.Bytes(value);
        if (!UriText.TryReadRestful(reference, out var parts) || !parts.IsRelative)
            return;
        if (types.Contains(Encoding.UTF8.GetString(parts.Type(reference))) && !resources.Contains(Encoding.UTF8.GetString(parts.TypeAndId(reference))))
            report.Error(value, "not-found", "parameters-reference", "The parameters hold resources of this type, but none with this id");
    }

    private void Collect(JsonTape tape, int parameter)
    {
        var resource = tape.Find(parameter, "resource"u8);
        if (tape.FindText(resource, "resourceType"u8) is { } type)
        {
            types.Add(type);
            resources.Add(type + "/" + tape.FindText(resource, "id"u8));
        }
        foreach (var part in tape.Items(parameter, "part"u8))
            Collect(tape, part);
    }
}
