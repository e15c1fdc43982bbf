using System.Text.Json;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What a CapabilityStatement says about exports.</summary>
/// <param name="Levels">The levels it names; none where it says nothing about exports.</param>
/// <param name="IsVersion4">Whether its export operations are those of Bulk Data 4: POST only, repeated parameters.</param>
/// <param name="MatchesMembers">Whether it names <c>$provider-member-match</c> (PDex).</param>
public sealed record ServerCapabilities(ExportLevel Levels, bool IsVersion4, bool MatchesMembers)
{
    public static readonly ServerCapabilities Unknown = new(ExportLevel.None, false, false);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Reads it; null where the bytes are no CapabilityStatement.</summary>
    public static ServerCapabilities? Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || ManifestValue.Text(root, "resourceType", 64) != "CapabilityStatement")
                return null;
            var found = Unknown;
            foreach (var rest in Items(root, "rest"))
            {
                found = Add(found, rest, type: null);
                foreach (var resource in Items(rest, "resource"))
                    found = Add(found, resource, ManifestValue.Text(resource, "type", 64));
            }

            return found;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string that is no text.
            return null;
        }
    }

    private static ServerCapabilities Add(ServerCapabilities found, JsonElement holder, string? type)
    {
        foreach (var operation in Items(holder, "operation"))
        {
            var name = (ManifestValue.Text(operation, "name", 256) ?? "").TrimStart('$');
            var definition = ManifestValue.Text(operation, "definition", 2048) ?? "";
            if (name == "provider-member-match" || definition.Contains("provider-member-match", StringComparison.OrdinalIgnoreCase))
                found = found with { MatchesMembers = true };
            if (LevelOf(name, definition, type) is var level and not ExportLevel.None)
                found = found with { Levels = found.Levels | level, IsVersion4 = found.IsVersion4 || VersionOf(definition).StartsWith("4.", StringComparison.Ordinal) };
        }

        return found;
    }

    /// <summary>Servers name the operation export, patient-export or group-export, at the type or at the system; the definition decides.</summary>
    private static ExportLevel LevelOf(string name, string definition, string? type)
    {
        var bar = definition.IndexOf('|', StringComparison.Ordinal);
        var canonical = bar < 0 ? definition : definition[..bar];
        return (canonical[(canonical.LastIndexOf('/') + 1)..], name, type) switch
        {
            ("group-export", _, _) or (_, "group-export", _) or (_, "export", "Group") => ExportLevel.Group,
            ("patient-export", _, _) or (_, "patient-export", _) or (_, "export", "Patient") => ExportLevel.Patient,
            ("export", _, null) or (_, "export", null) => ExportLevel.System,
            _ => ExportLevel.None,
        };
    }

    private static string VersionOf(string definition)
    {
        var bar = definition.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? "" : definition[(bar + 1)..];
    }

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object)
            : [];
}
