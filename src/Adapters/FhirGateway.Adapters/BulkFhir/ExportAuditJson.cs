using System.Text;
using System.Text.Json;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What the audit log says of an export that somebody began.</summary>
internal static class ExportAuditJson
{
    public static string Of(string job, string source, string by)
    {
        using var stream = new MemoryStream(128);
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("change", "export");
            json.WriteString("id", job);
            json.WriteString("source", source);
            json.WriteString("client", by);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
