using System.Text.Json;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Benchmarks.Profiles;

/// <summary>What the platform takes for less work on the same bytes. Each returns a number that depends on all of it.</summary>
internal static class Floors
{
    /// <summary>Every token is read and nothing done with it.</summary>
    public static long Scan(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        var tokens = 0L;
        while (reader.Read())
            tokens++;
        return tokens;
    }

    /// <summary>Every name and string is hashed, four bytes a step.</summary>
    public static long ScanAndHash(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        var sum = 0L;
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
                sum += JsonText.Hash(reader.ValueSpan);
        return sum;
    }

    /// <summary>Every name and string is hashed with the platform's own hash.</summary>
    public static long ScanAndHashCode(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        var sum = 0L;
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
            {
                var hash = default(HashCode);
                hash.AddBytes(reader.ValueSpan);
                sum += hash.ToHashCode();
            }
        return sum;
    }

    public static long ParseAndWalk(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return Walk(document.RootElement);
    }

    private static long Walk(JsonElement element)
    {
        var count = 1L;
        if (element.ValueKind == JsonValueKind.Object)
            foreach (var property in element.EnumerateObject())
                count += Walk(property.Value);
        else if (element.ValueKind == JsonValueKind.Array)
            foreach (var item in element.EnumerateArray())
                count += Walk(item);
        return count;
    }
}
