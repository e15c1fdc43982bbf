using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Packages;

/// <summary>Collects the files of one package.</summary>
internal sealed class PackageContent(string file, PackageLimits limits)
{
    private const string ManifestEntry = "package/package.json";

    private readonly List<PackageResource> resources = [];
    private readonly List<PackageResource> examples = [];
    private readonly List<string> warnings = [];
    private PackageManifest? manifest;

    /// <exception cref="PackageException">It is the manifest, and that cannot be used.</exception>
    public void Add(string entry, ReadOnlyMemory<byte> json, bool isExample)
    {
        var bytes = json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;
        if (entry == ManifestEntry)
            manifest = PackageManifest.Read(bytes, file, limits);
        else if (Path.GetFileName(entry) is not ['.', ..] and not "package.json" && Scan(entry, bytes) is { } resource)
            (isExample ? examples : resources).Add(resource);
    }

    /// <summary>Adds a resource that stands in no archive; what it is, or null with a warning if it is none.</summary>
    public PackageResource? AddLoose(string name, ReadOnlyMemory<byte> json)
    {
        var resource = Scan(name, json);
        if (resource is not null)
            resources.Add(resource);
        return resource;
    }

    /// <exception cref="PackageException">It has no manifest.</exception>
    public FhirPackage ToPackage() => ToPackage(manifest ?? throw new PackageException(PackageFaultCode.NoManifest, $"{file} has no {ManifestEntry}"));

    public FhirPackage ToPackage(PackageManifest manifest)
    {
        if (manifest.FhirVersions.Length > 0 && !manifest.FhirVersions.Any(v => v.StartsWith("4.0", StringComparison.Ordinal)))
            warnings.Add($"{manifest.Id}#{manifest.Version} is made for FHIR {manifest.FhirVersions[0]}, not for R4 (4.0.1)");
        return new(
            manifest.Id, manifest.Version, manifest.Dependencies,
            Definitions("StructureDefinition", StructureReader.Read),
            Definitions("ValueSet", ValueSetReader.Read),
            Definitions("CodeSystem", CodeSystemReader.Read))
        {
            Resources = [.. resources],
            Examples = [.. examples],
            LoadWarnings = [.. warnings],
        };
    }

    private Dictionary<string, Lazy<T>> Definitions<T>(string type, Func<JsonElement, T> read)
    {
        var found = new Dictionary<string, Lazy<T>>(StringComparer.Ordinal);
        var entries = new Dictionary<string, PackageResource>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            if (resource.Type != type || resource.Url is null)
                continue;
            if (entries.TryAdd(resource.Url, resource))
                found.Add(resource.Url, new(() => Parse(resource, read)));
            else
                warnings.Add($"{file}: {resource.Entry} is passed over: {entries[resource.Url].Entry} has the same URL {resource.Url}");
        }
        return found;
    }

    private T Parse<T>(PackageResource resource, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(resource.Json, new() { MaxDepth = limits.MaxDepth });
            return read(document.RootElement);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw new FormatException($"{file}: {resource.Entry} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>The names that a resource goes by, from its outermost members; JSON that is none is a warning.</summary>
    private PackageResource? Scan(string entry, ReadOnlyMemory<byte> json)
    {
        string? type = null, id = null, url = null, version = null;
        try
        {
            var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = limits.MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                if (reader.ValueTextEquals("resourceType"u8))
                    type = NextText(ref reader);
                else if (reader.ValueTextEquals("url"u8))
                    url = NextText(ref reader);
                else if (reader.ValueTextEquals("version"u8))
                    version = NextText(ref reader);
                else if (reader.ValueTextEquals("id"u8))
                    id = NextText(ref reader);
            }
            return type is null ? null : new(entry, type, id, url, version, json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            warnings.Add($"{file}: {entry} is passed over: {e.Message}");
            return null;
        }
    }

    private static string? NextText(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
}
