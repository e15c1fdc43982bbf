using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>Resources that travel as parameters together: one that refers to a type of which another parameter is, means that one.</summary>
internal static class ParametersRules
{
    private static readonly int ReferenceHash = (int)JsonText.Hash("reference"u8);

    public static void Check(RuleReport report, int parameters)
    {
        foreach (var parameter in report.Tape.Items(parameters, "parameter"u8))
            CheckParameter(report, parameters, parameter);
    }

    private static void CheckParameter(RuleReport report, int parameters, int parameter)
    {
        var tape = report.Tape;
        foreach (var part in tape.Items(parameter, "part"u8))
            CheckParameter(report, parameters, part);
        var resource = tape.Find(parameter, "resource"u8);
        if (resource < 0 || tape[resource].Kind != JsonKind.Object || tape.Is(tape.Find(resource, "resourceType"u8), "Bundle"u8))
            return;
        for (var i = resource + 1; i < tape[resource].Next; i++)
            if (tape[i].Kind == JsonKind.Name && tape[i].Next == ReferenceHash && tape[i + 1].Kind == JsonKind.String)
                CheckReference(report, parameters, i + 1);
    }

    private static void CheckReference(RuleReport report, int parameters, int value)
    {
        var tape = report.Tape;
        var reference = tape.Bytes(value);
        if (!UriText.TryReadRestful(reference, out var parts) || !parts.IsRelative)
            return;
        var hasType = false;
        if (!IsAmong(tape, parameters, parts.Type(reference), parts.Id(reference), ref hasType) && hasType)
            report.Error(value, "not-found", "parameters-reference", "The parameters hold resources of this type, but none with this id");
    }

    private static bool IsAmong(JsonTape tape, int owner, ReadOnlySpan<byte> type, ReadOnlySpan<byte> id, ref bool hasType)
    {
        foreach (var parameter in tape.Items(owner, tape.Has(owner, "parameter"u8) ? "parameter"u8 : "part"u8))
        {
            var resource = tape.Find(parameter, "resource"u8);
            if (tape.Is(tape.Find(resource, "resourceType"u8), type))
            {
                hasType = true;
                if (tape.Is(tape.Find(resource, "id"u8), id))
                    return true;
            }
            if (IsAmong(tape, parameter, type, id, ref hasType))
                return true;
        }
        return false;
    }
}
