using System.Collections.Concurrent;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.Terminology;

/// <summary>What a set of packages knows about codes. Each value set is compiled when it is first asked for. Safe for parallel use.</summary>
public sealed class TerminologyTables
{
    private readonly TerminologySource source;
    private readonly ValueSetCompiler compiler;
    private readonly ConcurrentDictionary<(string, FhirPackage?), CompiledValueSet> found = new();
    private readonly Lock gate = new();

    /// <param name="packages">The packages.</param>
    /// <param name="local">The operator's own value sets and code systems.</param>
    public TerminologyTables(PackageSet packages, LocalTerminology? local = null)
    {
        source = new(packages, local ?? LocalTerminology.Empty);
        compiler = new(source);
        Codes = new(source);
    }

    /// <summary>What is known about codes by themselves.</summary>
    public KnownCodes Codes { get; }

    /// <summary>The value set of a canonical. One that is not there or cannot be used says why and answers with unknown.</summary>
    /// <param name="canonical">URL, with or without <c>|version</c>.</param>
    /// <param name="from">The package that names it; null for none.</param>
    public CompiledValueSet Find(string canonical, FhirPackage? from = null)
    {
        if (found.TryGetValue((canonical, from), out var known))
            return known;
        lock (gate)
            return found.GetOrAdd((canonical, from), key => Compile(key.Item1, key.Item2));
    }

    /// <summary>A value set that is not in a package, such as a contained one. It is compiled at each call.</summary>
    /// <param name="set">The definition.</param>
    /// <param name="from">The package whose dependencies its canonicals mean; null for none.</param>
    public CompiledValueSet Compile(FhirValueSet set, FhirPackage? from = null) => new ValueSetCompiler(source).Compile(set, from);

    /// <summary>
    /// The set with its expansion, if it can be listed: without its compose if that says nothing more, with it if a part is not known
    /// (the expansion is then left out, for it would pass for the whole). A set given by a grammar is returned as it is.
    /// </summary>
    /// <param name="set">The definition.</param>
    /// <param name="from">The package that holds it; null for none.</param>
    public FhirValueSet Expand(FhirValueSet set, FhirPackage? from = null)
    {
        var result = Compile(set, from);
        return result is { IsExpandable: true, Codes: { } codes } && codes.Any() ? set with { Includes = [], Excludes = [], Expansion = [.. codes] } : set with { Expansion = default };
    }

    private CompiledValueSet Compile(string canonical, FhirPackage? from) =>
        source.FindValueSet(canonical, from, out var reason) is { } definition
            ? compiler.Compile(definition.Set, definition.Package)
            : new(canonical, canonical[(canonical.LastIndexOf('/') + 1)..], [new UnknownRule(reason!)], []);
}
