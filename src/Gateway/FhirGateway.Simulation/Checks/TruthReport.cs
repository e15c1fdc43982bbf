using System.Collections.Immutable;

namespace FhirGateway.Simulation.Checks;

/// <summary>The result of comparing what the participants received with the truth.</summary>
public sealed record TruthReport
{
    public required ImmutableArray<TruthFinding> Findings { get; init; }
    public required ImmutableArray<StreamCount> Streams { get; init; }

    /// <summary>From the hospital's AA to the arrival at a participant.</summary>
    public required LatencySummary AdtLatency { get; init; }

    /// <summary>Everything arrived once, where it belongs, and nothing else did.</summary>
    public bool IsRight => Findings.IsEmpty;

    public int Count(FindingKind kind) => Findings.Count(f => f.Kind == kind);

    public override string ToString() => IsRight ? "all as expected" : string.Join(", ", Findings.CountBy(f => f.Kind).Select(c => $"{c.Value} {c.Key}"));
}
