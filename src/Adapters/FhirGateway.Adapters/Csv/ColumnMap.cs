using System.Text.Json;

namespace FhirGateway.Adapters.Csv;

/// <summary>Our column names to those of a file: a JSON object of strings, such as <c>{"member_id":"MemberNumber"}</c>.</summary>
public static class ColumnMap
{
    private const int MostBytes = 64 * 1024;

    /// <summary>Reads a map; null, and what is wrong, if it is none.</summary>
    public static IReadOnlyDictionary<string, string>? TryRead(ReadOnlyMemory<byte> json, out string? fault)
    {
        fault = "not a JSON object of strings such as {\"member_id\":\"MemberNumber\"}";
        if (json.Length > MostBytes)
            return null;
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var map = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Value.ValueKind != JsonValueKind.String || member.Value.GetString() is not { Length: > 0 } name || !map.TryAdd(member.Name, name))
                    return null;
            }

            fault = null;
            return map;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
