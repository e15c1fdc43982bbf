using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Value sets and code systems that the operator has in files: licensed systems, and sets expanded elsewhere.</summary>
public sealed class LocalTerminology
{
    private readonly Dictionary<string, FhirValueSet> valueSets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FhirCodeSystem> codeSystems = new(StringComparer.Ordinal);

    /// <param name="sets">Value sets with their expansion.</param>
    /// <param name="systems">Code systems with their codes.</param>
    public LocalTerminology(IEnumerable<FhirValueSet> sets, IEnumerable<FhirCodeSystem> systems)
    {
        foreach (var set in sets)
            valueSets[set.Url] = set;
        foreach (var system in systems)
            codeSystems[system.Url] = system;
    }

    public static LocalTerminology Empty { get; } = new([], []);

    public IEnumerable<string> CodeSystemUrls => codeSystems.Keys;

    /// <param name="canonical">URL, with or without <c>|version</c>; a version that the file names too must be the same.</param>
    public FhirValueSet? FindValueSet(string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        if (!valueSets.TryGetValue(bar < 0 ? canonical : canonical[..bar], out var found))
            return null;
        return bar < 0 || found.Version is null || found.Version == canonical[(bar + 1)..] ? found : null;
    }

    public FhirCodeSystem? FindCodeSystem(string url) => codeSystems.GetValueOrDefault(url);
}
