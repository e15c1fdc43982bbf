using System.Collections.Frozen;

namespace FhirGateway.Labels;

/// <summary>What the configuration of a source names as sensitive; compared without regard to case.</summary>
public sealed class SensitivePlaces(
    IEnumerable<string>? facilities = null, IEnumerable<string>? units = null, IEnumerable<string>? services = null)
{
    public static readonly SensitivePlaces None = new();

    /// <summary>MSH-4 values.</summary>
    public FrozenSet<string> Facilities { get; } = Set(facilities);

    /// <summary>PV1-3.1 values.</summary>
    public FrozenSet<string> Units { get; } = Set(units);

    /// <summary>PV1-10 values.</summary>
    public FrozenSet<string> Services { get; } = Set(services);

    private static FrozenSet<string> Set(IEnumerable<string>? names) =>
        (names ?? []).Select(n => n.Trim()).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
