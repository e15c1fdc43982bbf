using System.Text.Json;

namespace FhirGateway.Simulation.Text;

/// <summary>Writes small JSON objects.</summary>
internal static class JsonBytes
{
    internal static byte[] Of(Action<Utf8JsonWriter> members)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    internal static byte[] Outcome(string code, string diagnostics, string severity = "error") => Of(w =>
    {
        w.WriteString("resourceType", "OperationOutcome");
        w.WriteStartArray("issue");
        w.WriteStartObject();
        w.WriteString("severity", severity);
        w.WriteString("code", code);
        w.WriteString("diagnostics", diagnostics);
        w.WriteEndObject();
        w.WriteEndArray();
    });
}
