using System.Collections.Immutable;
using System.Text.Json;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// Reads a manifest that somebody else wrote. What the standard does not name is ignored; what it names and is of another
/// form is a fault, except where a known server deviates.
/// </summary>
public static class ManifestReader
{
    private const int MostText = 2048;
    private const int MostIssues = 64;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>One page. Never throws on what the bytes hold.</summary>
    public static ManifestReading Read(ReadOnlyMemory<byte> utf8, ManifestLimits limits)
    {
        if (utf8.Length > limits.MostBytes)
            return new ManifestFault(ManifestFaultCode.TooLarge, "", $"more than {limits.MostBytes} bytes");
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            return Read(document.RootElement, limits);
        }
        catch (JsonException e)
        {
            return new ManifestFault(ManifestFaultCode.NotJson, "", $"no JSON, at line {e.LineNumber + 1} byte {e.BytePositionInLine}");
        }
        catch (InvalidOperationException)
        {
            // Bad UTF-8 or a lone surrogate shows only when its string is read.
            return new ManifestFault(ManifestFaultCode.NotJson, "", "a string that is no text");
        }
    }

    private static ManifestReading Read(JsonElement root, ManifestLimits limits)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return new ManifestFault(ManifestFaultCode.NotJson, "", "no JSON object");
        if (root.TryGetProperty("resourceType", out _))
            return new ManifestFault(ManifestFaultCode.NotJson, "", "a FHIR resource, no manifest");
        if (!root.TryGetProperty("output", out _) && !root.TryGetProperty("requiresAccessToken", out _))
            return new ManifestFault(ManifestFaultCode.BadElement, "output", "absent");
        var files = new ManifestFileList(limits);
        var next = default(Uri);
        var token = false;
        var fault = Flag(root, "requiresAccessToken", out token)
            ?? Format(root)
            ?? files.Add(root, "output", ManifestFileKind.Output)
            ?? files.Add(root, "deleted", ManifestFileKind.Deleted)
            ?? files.Add(root, "error", ManifestFileKind.Outcome)
            ?? files.Add(root, "outcome", ManifestFileKind.Outcome)
            ?? Link(root, out next);
        if (fault is not null)
            return fault;
        return new BulkManifest
        {
            TransactionTime = ManifestValue.Instant(root),
            Request = ManifestValue.Text(root, "request", MostText * 4),
            RequiresAccessToken = token,
            OutputFormat = ManifestValue.Text(root, "outputFormat", MostText),
            OutputOrganizedBy = ManifestValue.Text(root, "outputOrganizedBy", MostIssues),
            Files = files.ToImmutable(),
            Next = next,
        };
    }

    private static ManifestFault? Flag(JsonElement root, string name, out bool value)
    {
        value = false;
        if (!root.TryGetProperty(name, out var element) || element.ValueKind is JsonValueKind.Null or JsonValueKind.False)
            return null;
        value = element.ValueKind == JsonValueKind.True || (element.ValueKind == JsonValueKind.String && element.ValueEquals("true"));
        return value || (element.ValueKind == JsonValueKind.String && element.ValueEquals("false"))
            ? null
            : new ManifestFault(ManifestFaultCode.BadElement, name, "neither true nor false");
    }

    private static ManifestFault? Format(JsonElement root)
    {
        var format = ManifestValue.Text(root, "outputFormat", MostText);
        return format is null || NdjsonFormat.IsNdjson(format)
            ? null
            : new ManifestFault(ManifestFaultCode.Format, "outputFormat", "a format that is not NDJSON");
    }

    /// <summary>Bulk Data 3: <c>link</c> is a list; its one relation is <c>next</c>.</summary>
    private static ManifestFault? Link(JsonElement root, out Uri? next)
    {
        next = null;
        if (!root.TryGetProperty("link", out var links) || links.ValueKind == JsonValueKind.Null)
            return null;
        if (links.ValueKind != JsonValueKind.Array)
            return new ManifestFault(ManifestFaultCode.BadElement, "link", "no list");
        var n = 0;
        foreach (var link in links.EnumerateArray())
        {
            var where = $"link[{n++}]";
            if (link.ValueKind != JsonValueKind.Object)
                return new ManifestFault(ManifestFaultCode.BadElement, where, "no object");
            if (ManifestValue.Text(link, "relation", MostIssues) != "next")
                continue;
            if (next is not null)
                return new ManifestFault(ManifestFaultCode.BadElement, where, "a second next page");
            if (ManifestValue.Url(link, "url", where, out next) is { } fault)
                return fault;
        }

        return null;
    }
}
