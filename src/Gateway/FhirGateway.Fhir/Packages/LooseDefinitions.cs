using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Fhir.Xml;

namespace FhirGateway.Fhir.Packages;

/// <summary>Definitions that stand in files of their own, JSON or XML, one by one or in Bundles; together they make a package.</summary>
public sealed class LooseDefinitions
{
    /// <summary>Id of the package that they make.</summary>
    public const string PackageId = "definitions";
    private readonly PackageLimits limits = PackageLimits.Default;
    private readonly PackageContent content;

    public LooseDefinitions() => content = new("definitions", limits);

    /// <summary>Adds a resource, or the resources of a Bundle. Those of types that define nothing do no harm.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="text">JSON or XML.</param>
    /// <returns>What was added; nothing if it is JSON and no resource.</returns>
    /// <exception cref="FormatException">It is neither JSON nor a resource in XML; the message names file and place.</exception>
    public IReadOnlyList<PackageResource> Add(string file, ReadOnlyMemory<byte> text)
    {
        var json = Json(file, text);
        var added = new List<PackageResource>();
        if (content.AddLoose(file, json) is not { } resource)
            return added;
        added.Add(resource);
        if (resource.Type == "Bundle")
            AddEntries(file, json, added);
        return added;
    }

    /// <summary>The package, which sees all the others.</summary>
    public FhirPackage ToPackage(IEnumerable<FhirPackage> others) =>
        content.ToPackage(new PackageManifest(PackageId, "0.0.0", [.. others.Select(p => new PackageDependency(p.Id, p.Version))], []));

    private ReadOnlyMemory<byte> Json(string file, ReadOnlyMemory<byte> text)
    {
        if (text.Span.StartsWith("\uFEFF"u8))
            text = text[3..];
        try
        {
            if (FhirXmlReader.IsXml(text.Span))
            {
                using var xml = new MemoryStream(text.ToArray(), writable: false);
                return FhirXmlReader.Read(xml).Json;
            }
            using var document = JsonDocument.Parse(text, new() { MaxDepth = limits.MaxDepth });
            return text;
        }
        catch (Exception e) when (e is JsonException or FhirXmlException)
        {
            throw new FormatException($"{file} cannot be used: {e.Message}", e);
        }
    }

    private void AddEntries(string file, ReadOnlyMemory<byte> json, List<PackageResource> added)
    {
        using var document = JsonDocument.Parse(json, new() { MaxDepth = limits.MaxDepth });
        if (!document.RootElement.TryGetProperty("entry", out var entries) || entries.ValueKind != JsonValueKind.Array)
            return;
        var number = 0;
        foreach (var entry in entries.EnumerateArray())
        {
            var name = $"{file}, entry {++number}";
            if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("resource", out var resource) && resource.ValueKind == JsonValueKind.Object
                && content.AddLoose(name, JsonSerializer.SerializeToUtf8Bytes(resource)) is { } found)
                added.Add(found);
        }
    }
}
