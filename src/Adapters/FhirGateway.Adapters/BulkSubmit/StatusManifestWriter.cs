using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>Writes status manifests in the words of the partner's dialect.</summary>
public static class StatusManifestWriter
{
    private const string ManifestType = "http://hl7.org/fhir/uv/bulkdata/StructureDefinition/BulkSubmitStatusManifest";
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(StatusManifest manifest, SubmitDialect dialect)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            if (dialect == SubmitDialect.Ballot)
                WriteBallot(json, manifest);
            else
                WriteArgonaut(json, manifest);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteBallot(Utf8JsonWriter json, StatusManifest manifest)
    {
        json.WriteString("submissionId", manifest.SubmissionId);
        json.WriteString("manifestType", ManifestType);
        WriteTime(json, manifest);
        json.WriteBoolean("requiresAccessToken", true);
        json.WriteString("outputFormat", "application/fhir+ndjson");
        WriteEmpty(json, "output");
        WriteEmpty(json, "deleted");
        json.WriteStartArray("outcome");
        foreach (var outcome in manifest.Outcomes)
        {
            json.WriteStartObject();
            json.WriteString("url", outcome.Url);
            json.WriteString("manifestUrl", outcome.ManifestUrl);
            json.WriteNumber("count", outcome.File.Count);
            json.WriteNumber("fileSize", outcome.File.Size);
            json.WriteStartArray("countSeverity");
            WriteCount(json, "error", outcome.File.Errors);
            WriteCount(json, "warning", outcome.File.Warnings);
            WriteCount(json, "information", outcome.File.Information);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteNext(json, manifest);
    }

    private static void WriteArgonaut(Utf8JsonWriter json, StatusManifest manifest)
    {
        WriteTime(json, manifest);
        json.WriteString("request", manifest.Request);
        json.WriteBoolean("requiresAccessToken", true);
        WriteEmpty(json, "output");
        json.WriteStartArray("error");
        foreach (var outcome in manifest.Outcomes)
        {
            json.WriteStartObject();
            json.WriteString("type", "OperationOutcome");
            json.WriteString("url", outcome.Url);
            json.WriteNumber("count", outcome.File.Count);
            json.WriteStartObject("extension");
            json.WriteString("manifestUrl", outcome.ManifestUrl);
            json.WriteStartObject("countSeverity");
            json.WriteNumber("success", outcome.File.Information);
            json.WriteNumber("error", outcome.File.Errors);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteNext(json, manifest);
        json.WriteStartObject("extension");
        json.WriteString("submissionId", manifest.SubmissionId);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, StatusManifest manifest) =>
        json.WriteString("transactionTime", manifest.TransactionTime.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    private static void WriteEmpty(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }

    private static void WriteCount(Utf8JsonWriter json, string code, long count)
    {
        json.WriteStartObject();
        json.WriteString("code", code);
        json.WriteNumber("count", count);
        json.WriteEndObject();
    }

    private static void WriteNext(Utf8JsonWriter json, StatusManifest manifest)
    {
        if (manifest.Next is not { } next)
            return;
        json.WriteStartArray("link");
        json.WriteStartObject();
        json.WriteString("relation", "next");
        json.WriteString("url", next);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
