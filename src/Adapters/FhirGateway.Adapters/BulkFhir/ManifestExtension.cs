using System.Text.Json;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// What servers of CMS put into the extension of a file: a checksum (<c>sha256:</c> and hex or base64) and its length. An object
/// of names up to Bulk Data 3, a list of FHIR extensions from 4 on; AB2D and DPC used the list from the beginning.
/// </summary>
internal static class ManifestExtension
{
    private const string Prefix = "sha256:";

    public static ManifestFault? Read(JsonElement file, string where, out long? length, out string? sha256)
    {
        length = null;
        sha256 = null;
        if (!file.TryGetProperty("extension", out var extension))
            return null;
        if (extension.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in extension.EnumerateObject())
            {
                if (Take(member.Name, member.Value, where, ref length, ref sha256) is { } fault)
                    return fault;
            }
        }
        else if (extension.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in extension.EnumerateArray())
            {
                if (TakeItem(item, where, ref length, ref sha256) is { } fault)
                    return fault;
            }
        }

        return null;
    }

    private static ManifestFault? TakeItem(JsonElement item, string where, ref long? length, ref string? sha256)
    {
        if (item.ValueKind != JsonValueKind.Object || ManifestValue.Text(item, "url", 2048) is not { } url)
            return null;
        foreach (var member in item.EnumerateObject())
        {
            if (member.Name.StartsWith("value", StringComparison.Ordinal))
                return Take(url, member.Value, where, ref length, ref sha256);
        }

        return null;
    }

    private static ManifestFault? Take(string url, JsonElement value, string where, ref long? length, ref string? sha256)
    {
        var name = url[(url.LastIndexOfAny(['/', '#']) + 1)..];
        if (name.Equals("file_length", StringComparison.OrdinalIgnoreCase))
            return ManifestValue.Count(value, where + ".extension", out length);
        if (!name.Equals("checksum", StringComparison.OrdinalIgnoreCase) || value.ValueKind != JsonValueKind.String)
            return null;
        var text = value.GetString()!;
        // Another algorithm proves nothing to us, and nothing is claimed of it.
        if (!text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return null;
        sha256 = Hex(text[Prefix.Length..]);
        return sha256 is null ? new ManifestFault(ManifestFaultCode.BadElement, where + ".extension", "no SHA-256") : null;
    }

    private static string? Hex(string text)
    {
        if (text.Length == 64 && text.All(char.IsAsciiHexDigit))
            return text.ToLowerInvariant();
        var bytes = new byte[32];
        return Convert.TryFromBase64String(text, bytes, out var n) && n == bytes.Length ? Convert.ToHexStringLower(bytes) : null;
    }
}
