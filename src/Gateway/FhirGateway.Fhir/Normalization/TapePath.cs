using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Normalization;

/// <summary>The place of a token as a simple FHIRPath. For explaining: it searches from the top.</summary>
internal static class TapePath
{
    public static string Of(JsonTape tape, int node)
    {
        var path = new StringBuilder(tape.FindText(0, "resourceType"u8) ?? "Resource");
        var at = 0;
        while (at != node && tape[at].Kind is JsonKind.Object or JsonKind.Array)
            at = tape[at].Kind == JsonKind.Object ? Property(tape, at, node, path) : Item(tape, at, node, path);
        return path.ToString();
    }

    private static int Property(JsonTape tape, int at, int node, StringBuilder path)
    {
        for (var name = at + 1; name < tape[at].Next; name = tape[name + 1].Next)
        {
            if (node >= tape[name + 1].Next)
                continue;
            path.Append('.').Append(Encoding.UTF8.GetString(tape.Bytes(name)));
            return name + 1;
        }
        return node;
    }

    private static int Item(JsonTape tape, int at, int node, StringBuilder path)
    {
        var index = 0;
        for (var i = at + 1; i < tape[at].Next; i = tape[i].Next, index++)
        {
            if (node >= tape[i].Next)
                continue;
            path.Append('[').Append(index).Append(']');
            return i;
        }
        return node;
    }
}
