using FhirGateway.Claims;
using FhirGateway.Contracts;
using FhirGateway.Normalization;

namespace FhirGateway.Publications;

/// <summary>One event on a stream, as stored: the body is referred to, or <see cref="Inline"/> holds the data.</summary>
public sealed record Publication
{
    public required int Participant { get; init; }
    public required string Stream { get; init; }

    /// <summary>1, 2, 3 … per participant and stream.</summary>
    public required long Sequence { get; init; }
    public required string Type { get; init; }

    /// <summary>RFC 3339.</summary>
    public required string Time { get; init; }
    public required string Source { get; init; }

    /// <summary>The gateway's person; 0 for resources of no person.</summary>
    public long Person { get; init; }

    /// <summary>The pairwise key; null for resources of no person.</summary>
    public string? PersonKey { get; init; }
    public string? LocalId { get; init; }
    public required string Origin { get; init; }
    public string? Agreement { get; init; }
    public string? Purpose { get; init; }

    /// <summary>Number of the resource; null for roster and person events.</summary>
    public long? Resource { get; init; }
    public BodyLocation Body { get; init; } = BodyLocation.None;

    /// <summary>Data of events that have no body, as JSON.</summary>
    public string? Inline { get; init; }

    /// <summary>How the version of a claim stood when it was published; null for what is no claim.</summary>
    public ClaimStanding? Claim { get; init; }
    /// <summary>What an event of the stream adt says at a glance, as JSON (<see cref="AdtEntry"/>); null for others, and once taken back.</summary>
    public string? Adt { get; init; }
    public long? After { get; init; }

    /// <summary>Sequence of the event that took this one back; its data is then gone.</summary>
    public long? Withdrawn { get; init; }
    public required DateTimeOffset AcceptedAt { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }

    public string EventId(string participant) => IdOf(participant, Stream, Sequence);

    /// <summary>The stable id of an event: a name-based UUID of participant, stream and sequence.</summary>
    public static string IdOf(string participant, string stream, long sequence) =>
        PublishedId.Create(participant, stream, sequence.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToString("D");

    public override string ToString() => $"Publication({Participant}, {Stream}, {Sequence}, {Type})";
}
