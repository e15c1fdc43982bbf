using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.People;

/// <summary>One merge, move, link or change of identifiers as a source sent it.</summary>
public sealed record MergeNote
{
    /// <summary>Number inside the state store; 0 before it is stored.</summary>
    public long Number { get; init; }
    public required int Source { get; init; }
    public required MergeSpace Space { get; init; }
    public required AdtMergeKind Kind { get; init; }

    /// <summary>A40 …</summary>
    public required string Trigger { get; init; }

    /// <summary>The key that gives way, is moved, or is linked.</summary>
    public required string Retired { get; init; }

    /// <summary>The key that carries on; for a move that of the patient whose it is now.</summary>
    public required string Survivor { get; init; }
    public required EventOrder Order { get; init; }

    /// <summary>Journal entry of the message.</summary>
    public long Entry { get; init; }
    public MergeState State { get; init; } = MergeState.Judged;
    public MergeVerdict Verdict { get; init; }

    /// <summary>Number of its quarantine item, while it is held.</summary>
    public long? Held { get; init; }

    /// <summary>Who was linked with whom before it came into force: record numbers by person ("1,2;3"); null where that is not known.</summary>
    public string? Before { get; init; }

    public bool IsHeld => Reason is not null;

    /// <summary>Why it is held; null if it is not.</summary>
    public string? Reason => Verdict switch
    {
        MergeVerdict.Reversed => ReasonCodes.MergeReversed,
        MergeVerdict.Doubtful => ReasonCodes.MergeDoubtful,
        _ => null,
    };

    /// <summary>Both stay in use.</summary>
    public bool IsLink => Kind == AdtMergeKind.LinkPatients;

    public override string ToString() => $"MergeNote({Number}, {Kind}, {Verdict})";
}
