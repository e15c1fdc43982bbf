using System.Collections.Immutable;

namespace FhirGateway.Processing;

/// <summary>What a replay did, or would do.</summary>
public sealed record ReplayReport
{
    /// <summary>Changes that are named; beyond it they are only counted.</summary>
    public const int MostNamed = 10_000;
    public required string Source { get; init; }
    public bool IsDry { get; init; }

    /// <summary>Messages of the range.</summary>
    public int Messages { get; init; }

    /// <summary>Of those, held before and converted now.</summary>
    public int Released { get; init; }

    /// <summary>Held by the present settings, by reason; what they said before stays.</summary>
    public IReadOnlyDictionary<string, int> Held { get; init; } = new Dictionary<string, int>();
    public int Visits { get; init; }
    public int Patients { get; init; }

    /// <summary>Visits and patients by what became of them: changed, added, removed, unchanged.</summary>
    public IReadOnlyDictionary<string, int> Outcomes { get; init; } = new Dictionary<string, int>();

    /// <summary>Events for participants.</summary>
    public int Published { get; init; }

    /// <summary>Elements that differ, and in how many visits and patients.</summary>
    public IReadOnlyDictionary<string, int> Paths { get; init; } = new Dictionary<string, int>();
    public ImmutableArray<ReplayChange> Changes { get; init; } = [];
}
