using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Host.Commands;

/// <summary>The profiles that implementation guides set for every resource of a type (ImplementationGuide.global).</summary>
internal sealed class GlobalProfiles
{
    private readonly FrozenDictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>>? byType;

    /// <param name="packages">Packages with the guides among their resources.</param>
    public GlobalProfiles(IEnumerable<FhirPackage> packages)
    {
        var found = packages.SelectMany(p => p.Resources).Where(r => r.Type == "ImplementationGuide").SelectMany(Read).Distinct().ToLookup(g => g.Type, g => g.Profile, StringComparer.Ordinal);
        if (found.Count > 0)
            byType = found.ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The profiles of the resource at the top of a tape.</summary>
    public IReadOnlyList<string> Of(JsonTape resource)
    {
        if (byType is not { } known || resource.Find(0, "resourceType"u8) is not (>= 0 and var node) || !resource.IsString(node) || resource[node].Length > 64)
            return [];
        Span<char> name = stackalloc char[64];
        return known.TryGetValue(name[..Encoding.UTF8.GetChars(resource.Raw(node), name)], out var profiles) ? profiles : [];
    }

    private static IEnumerable<(string Type, string Profile)> Read(PackageResource guide)
    {
        using var document = JsonDocument.Parse(guide.Json, new() { MaxDepth = PackageLimits.Default.MaxDepth });
        if (!document.RootElement.TryGetProperty("global", out var list) || list.ValueKind != JsonValueKind.Array)
            return [];
        return [.. list.EnumerateArray().Where(g => g.ValueKind == JsonValueKind.Object).Select(g => (Text(g, "type"), Text(g, "profile"))).Where(g => g is ({ Length: > 0 }, { Length: > 0 }))];
    }

    private static string Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
