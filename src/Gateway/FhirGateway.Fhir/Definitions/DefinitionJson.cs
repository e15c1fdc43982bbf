using System.Collections.Immutable;
using System.Text.Json;

namespace FhirGateway.Fhir.Definitions;

/// <summary>Parts of a definition's JSON. What is absent or of another kind than FHIR says counts as absent.</summary>
internal static class DefinitionJson
{
    /// <summary>Reads a definition; JSON that is no Unicode text (a lone surrogate, say) is a fault of form like any other.</summary>
    /// <exception cref="FormatException">It has a wrong form.</exception>
    public static T Read<T>(JsonElement definition, string type, Func<JsonElement, T> read)
    {
        try
        {
            if (Text(definition, "resourceType") != type)
                throw new FormatException($"This is no {type}");
            return read(definition);
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"The {type} holds text that is no Unicode", e);
        }
    }

    public static string? Text(JsonElement owner, string name) =>
        TryGet(owner, name, JsonValueKind.String, out var value) ? value.GetString() : null;

    public static bool Flag(JsonElement owner, string name) => TryGet(owner, name, JsonValueKind.True, out _);

    public static JsonElement? Member(JsonElement owner, string name) =>
        TryGet(owner, name, JsonValueKind.Object, out var value) ? value : null;

    public static int? Number(JsonElement owner, string name, string path) =>
        owner.ValueKind != JsonValueKind.Object || !owner.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 ? number
        : throw new FormatException($"{path}: {name} is no whole number of at least 0");

    public static IEnumerable<JsonElement> Items(JsonElement owner, string name) =>
        TryGet(owner, name, JsonValueKind.Array, out var list)
            ? list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object)
            : [];

    public static ImmutableArray<string> Texts(JsonElement owner, string name) =>
        TryGet(owner, name, JsonValueKind.Array, out var list)
            ? [.. list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!)]
            : [];

    public static JsonElement? Extension(JsonElement owner, string url)
    {
        foreach (var extension in Items(owner, "extension"))
            if (Text(extension, "url") == url)
                return extension;
        return null;
    }

    private static bool TryGet(JsonElement owner, string name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out value) && value.ValueKind == kind;
    }
}
