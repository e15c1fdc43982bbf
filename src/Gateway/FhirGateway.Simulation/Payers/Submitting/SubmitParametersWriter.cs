using System.Text.Json;
using FhirGateway.Simulation.Text;

namespace FhirGateway.Simulation.Payers.Submitting;

/// <summary>Writes the Parameters of <c>$bulk-submit</c> and <c>$bulk-submit-status</c> in the words of a dialect.</summary>
internal static class SubmitParametersWriter
{
    private const string EventStatus = "http://hl7.org/fhir/event-status";
    private const string DraftStatus = "http://hl7.org/fhir/uv/bulkdata/ValueSet/submission-status";

    public static byte[] Submit(SubmitCall call, string system, string value, string fhirBaseUrl, ProviderDialect dialect)
    {
        var isDraft = dialect == ProviderDialect.Draft2025;
        var urlValue = isDraft ? "valueString" : "valueUrl";
        return Parameters(w =>
        {
            Identity(w, call, system, value);
            if (call.Status is { } status)
                WriteStatus(w, isDraft ? status switch { "completed" => "complete", "stopped" => "aborted", _ => status } : status, isDraft ? DraftStatus : EventStatus);
            if (call.Manifest is { } manifest)
            {
                One(w, "manifestUrl", urlValue, manifest.OriginalString);
                One(w, isDraft ? "FHIRBaseUrl" : "fhirBaseUrl", urlValue, fhirBaseUrl);
            }

            if (call.Replaces is { } replaces)
                One(w, "replacesManifestUrl", urlValue, replaces.OriginalString);
            foreach (var (name, content) in call.FileRequestHeaders)
                Parts(w, "fileRequestHeader", ("headerName", "valueString", name), ("headerValue", "valueString", content));
            if (call.OAuthMetadata is { } oauth)
                One(w, "oauthMetadataUrl", urlValue, oauth.OriginalString);
            if (call.EncryptionKey is { } key)
                Parts(w, "fileEncryptionKey", ("coding", "valueString", "jwe"), ("value", "valueString", key));
        });
    }

    public static byte[] Status(SubmitCall call, string system, string value) => Parameters(w =>
    {
        Identity(w, call, system, value);
        One(w, "_outputFormat", "valueString", "application/fhir+ndjson");
    });

    private static byte[] Parameters(Action<Utf8JsonWriter> parameters) => JsonBytes.Of(w =>
    {
        w.WriteString("resourceType", "Parameters");
        w.WriteStartArray("parameter");
        parameters(w);
        w.WriteEndArray();
    });

    private static void Identity(Utf8JsonWriter writer, SubmitCall call, string system, string value)
    {
        writer.WriteStartObject();
        writer.WriteString("name", "submitter");
        writer.WriteStartObject("valueIdentifier");
        writer.WriteString("system", call.Submitter?.System ?? system);
        writer.WriteString("value", call.Submitter?.Value ?? value);
        writer.WriteEndObject();
        writer.WriteEndObject();
        One(writer, "submissionId", "valueString", call.SubmissionId);
    }

    private static void WriteStatus(Utf8JsonWriter writer, string code, string system)
    {
        writer.WriteStartObject();
        writer.WriteString("name", "submissionStatus");
        writer.WriteStartObject("valueCoding");
        writer.WriteString("system", system);
        writer.WriteString("code", code);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void One(Utf8JsonWriter writer, string name, string type, string value)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteString(type, value);
        writer.WriteEndObject();
    }

    private static void Parts(Utf8JsonWriter writer, string name, params (string Name, string Type, string Value)[] parts)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteStartArray("part");
        foreach (var part in parts)
            One(writer, part.Name, part.Type, part.Value);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
