using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.Profiles;

/// <summary>Structures by canonical, as trees; each is read once. Finding is safe for parallel use.</summary>
internal sealed class ProfileTable(PackageSet packages, PlanNotes notes)
{
    public const string CoreUrl = "http://hl7.org/fhir/StructureDefinition/";
    private readonly Lock gate = new();
    private readonly ElementTree trees = new();
    private readonly Dictionary<FhirStructure, CompiledProfile?> compiled = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<FhirStructure, DefinitionSource> sources = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<string, CompiledProfile?> found = new(Utf8KeyComparer.Instance);
    private int nextId;

    public PackageSet Packages => packages;

    /// <summary>The profile that a definition names, or null; what is not there is noted once.</summary>
    public CompiledProfile? Find(string canonical, ElementNode from)
    {
        lock (gate)
        {
            if (packages.FindStructure(canonical, from.Package) is { } structure)
                return Compile(structure.Structure, structure.Package);
        }
        notes.Add(canonical, $"no package at hand defines it; {from.Structure.Name} asks for it");
        return null;
    }

    /// <summary>The profile that a resource names, or null.</summary>
    public CompiledProfile? Find(ReadOnlySpan<byte> canonical) =>
        found.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(canonical, out var known) ? known : FindNew(Encoding.UTF8.GetString(canonical));

    public CompiledProfile? Find(string canonical) => found.TryGetValue(canonical, out var known) ? known : FindNew(canonical);

    /// <summary>The root of the structure that defines a type of FHIR, or null.</summary>
    public ElementNode? TypeRoot(string code)
    {
        lock (gate)
            return packages.FindStructure(CoreUrl + code) is { } type && !type.Structure.IsConstraint ? Compile(type.Structure, type.Package)?.Root : null;
    }

    public ElementNode? RootOf(FhirStructure structure)
    {
        lock (gate)
            return compiled.TryGetValue(structure, out var known) ? known?.Root : null;
    }

    public DefinitionSource SourceOf(ElementNode node) => SourceOf(node.Structure);

    public DefinitionSource SourceOf(FhirStructure structure)
    {
        lock (gate)
        {
            if (!sources.TryGetValue(structure, out var source))
                sources.Add(structure, source = new(structure.ToString(), structure.IsConstraint));
            return source;
        }
    }

    private CompiledProfile? FindNew(string canonical)
    {
        lock (gate)
        {
            var profile = packages.FindStructure(canonical) is { } structure ? Compile(structure.Structure, structure.Package) : null;
            // What a resource names is without limit; only so many misses are kept.
            if (profile is not null || found.Count < 100_000)
                found[canonical] = profile;
            return profile;
        }
    }

    private CompiledProfile? Compile(FhirStructure structure, FhirPackage package)
    {
        if (compiled.TryGetValue(structure, out var known))
            return known;
        var root = trees.Build(structure, package);
        if (root is null)
            notes.Add(structure.ToString(), "it has no snapshot and none could be made");
        var profile = root is null ? null : new CompiledProfile { Id = nextId++, Structure = structure, Package = package, Root = root };
        compiled.Add(structure, profile);
        return profile;
    }
}
