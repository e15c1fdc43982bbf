using System.Collections.Concurrent;
using System.Collections.Frozen;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Structure;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.Profiles;

/// <summary>
/// The plans of a set of packages. A plan is compiled when a resource first needs it and then kept, one for each combination of
/// type and profiles. Safe for parallel use; share one among all workers.
/// </summary>
public sealed class ValidationPlans
{
    /// <summary>Combinations of profiles that are kept; resources can name any number of them.</summary>
    private const int MaxCombinations = 10_000;
    private readonly Lock gate = new();
    private readonly StructureTable table = StructureTable.R4;
    private readonly PlanNotes notes = new();
    private readonly PlanCompiler compiler;
    private readonly FhirPackage[] preferred;
    private readonly ConcurrentDictionary<StructureType, CompiledProfile[]> candidates = new();
    private readonly ConcurrentDictionary<(StructureType Type, long Profiles), ResourcePlan> resources = new();
    private readonly ConcurrentDictionary<string, ExtensionPlan?> extensions = new(Utf8KeyComparer.Instance);

    /// <param name="packages">The packages, R4 itself among them.</param>
    /// <param name="terminology">Their value sets.</param>
    /// <param name="preferred">
    /// Packages whose profiles also apply to a resource that declares none, by its type, category and code, the first before the
    /// others: ids with or without <c>#version</c>. None: only what a resource declares applies.
    /// </param>
    public ValidationPlans(PackageSet packages, TerminologyTables terminology, IEnumerable<string>? preferred = null)
    {
        this.preferred = [.. (preferred ?? []).Select(p => p.Split('#', '@')).Select(p => packages.Find(p[0], p.ElementAtOrDefault(1))).OfType<FhirPackage>()];
        Packages = packages;
        Terminology = terminology;
        Profiles = new ProfileTable(packages, notes);
        compiler = new PlanCompiler(Profiles, new ConstraintCompiler(Profiles, terminology, notes), table);
    }

    public PackageSet Packages { get; }
    public TerminologyTables Terminology { get; }

    /// <summary>What cannot be checked for lack of a definition, as far as it was asked for.</summary>
    public PlanNotes Notes => notes;

    internal ProfileTable Profiles { get; }
    internal StructureTable Table => table;

    /// <summary>Whether a package defines a profile of that canonical, with or without a version.</summary>
    public bool HasProfile(string canonical) => Profiles.Find(canonical) is not null;

    /// <summary>The plan of a resource.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="profiles">Profiles that apply, at most <see cref="ProfileList.Capacity"/>.</param>
    internal ResourcePlan Resource(StructureType type, in ProfileList profiles)
    {
        var key = (type, profiles.Key);
        return profiles.HasKey && resources.TryGetValue(key, out var known) ? known : Compile(type, profiles, key);
    }

    /// <summary>The plan of an extension by its url, or null if no package defines it.</summary>
    internal ExtensionPlan? Extension(ReadOnlySpan<byte> url) =>
        extensions.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(url, out var known) ? known : CompileExtension(System.Text.Encoding.UTF8.GetString(url));

    /// <summary>The profiles of a type in the preferred packages, in their order.</summary>
    internal CompiledProfile[] Candidates(StructureType type) =>
        preferred.Length == 0 ? [] : candidates.TryGetValue(type, out var known) ? known : candidates.GetOrAdd(type, FindCandidates);

    private CompiledProfile[] FindCandidates(StructureType type) =>
    [
        .. from package in preferred
           from url in package.StructureUrls.Order(StringComparer.Ordinal)
           where !ProfileFeatures.OnlyDeclared.Contains(url) && !UscdiRemovals.Profiles.Contains(url)
           let structure = package.FindStructure(url)
           where structure is { IsConstraint: true } && structure.Type == type.Name
           let profile = Profiles.Find(url + "|" + structure.Version)
           where profile is not null
           select profile,
    ];

    /// <summary>The plan of a value under one profile of its type.</summary>
    internal ValuePlan Value(CompiledProfile profile)
    {
        lock (gate)
            return compiler.Value([profile.Root], profile.Type, table.FindType(profile.Type), profile.Type);
    }

    private ResourcePlan Compile(StructureType type, in ProfileList profiles, (StructureType, long) key)
    {
        var matching = new List<ElementNode>();
        var mismatched = new List<CompiledProfile>();
        for (var i = 0; i < profiles.Count; i++)
            if (profiles[i].Type == type.Name || IsParent(profiles[i].Type, type))
                matching.Add(profiles[i].Root);
            else
                mismatched.Add(profiles[i]);
        lock (gate)
        {
            var plan = new ResourcePlan { Value = compiler.Value(matching, type.Name, type, type.Name), Mismatched = [.. mismatched] };
            if (profiles.HasKey && resources.Count < MaxCombinations)
                resources[key] = plan;
            return plan;
        }
    }

    private static bool IsParent(string name, StructureType type)
    {
        for (var parent = type.Parent; parent is not null; parent = parent.Parent)
            if (parent.Name == name)
                return true;
        return false;
    }

    private ExtensionPlan? CompileExtension(string url)
    {
        lock (gate)
        {
            var profile = Profiles.Find(url);
            var plan = profile is not { Type: "Extension" } ? null : new ExtensionPlan
            {
                Value = compiler.Value([profile.Root], "Extension", table.FindType("Extension"), "Extension"),
                Source = Profiles.SourceOf(profile.Structure),
                Contexts = profile.Structure.Contexts.Where(c => c.Type == "element").Select(c => Plain(c.Expression)).ToFrozenSet(StringComparer.Ordinal),
                ExtensionContexts = profile.Structure.Contexts.Where(c => c.Type == "extension").Select(c => c.Expression).ToFrozenSet(StringComparer.Ordinal),
                HasOpenContext = profile.Structure.Contexts.Length == 0
                    || profile.Structure.Contexts.Any(c => c.Type == "fhirpath" || c.Expression.Contains(':', StringComparison.Ordinal)),
                IsModifier = profile.Root.Definition.IsModifier,
            };
            if (plan is not null || extensions.Count < 100_000)
                extensions[url] = plan;
            return plan;
        }
    }

    private static string Plain(string expression) => expression.Replace("[x]", "", StringComparison.Ordinal);
}
