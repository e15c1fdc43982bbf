using System.Collections.Immutable;

namespace FhirGateway.FeedHealth;

/// <summary>What the health of a feed needs of one message. No PHI.</summary>
public sealed record FeedFact
{
    /// <summary>Number of the source.</summary>
    public required int Source { get; init; }

    /// <summary>MSH-4.1; empty where it has none. Null where it counts for the source only: it names nobody, or another's facility.</summary>
    public string? Facility { get; init; } = "";
    public required DateTimeOffset ReceivedAt { get; init; }
    public required FeedOutcome Outcome { get; init; }

    /// <summary>Why it is held or was refused: a code of <see cref="Contracts.ReasonCodes"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether its patient is on any roster or panel; null where it is about nobody known yet.</summary>
    public bool? IsMatched { get; init; }

    /// <summary>A message with this MSH-10 and other bytes came within the replay window.</summary>
    public bool ReusesControlId { get; init; }
    public ImmutableArray<UnmappedCode> Unmapped { get; init; } = [];
    public ImmutableArray<FieldFault> Faults { get; init; } = [];

    /// <summary>How its characters were read, such as "utf-8 (detected)".</summary>
    public string? Charset { get; init; }

    public override string ToString() => $"FeedFact({Source}, {Facility}, {Outcome})";
}
