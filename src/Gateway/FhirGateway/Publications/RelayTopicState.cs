using System.Collections.Immutable;

namespace FhirGateway.Publications;

/// <summary>A topic as it was when it was provisioned, and how far its delivery is.</summary>
public sealed record RelayTopicState
{
    public required int Participant { get; init; }
    public required string Stream { get; init; }

    /// <summary>The topic's whole name.</summary>
    public required string Topic { get; init; }

    /// <summary>The broker's id of it; null where the broker has none.</summary>
    public string? TopicId { get; init; }

    /// <summary>The count by which partitions are computed.</summary>
    public required int Partitions { get; init; }

    /// <summary>Every event up to this stream sequence is delivered or parked.</summary>
    public long Settled { get; init; }

    /// <summary>One for each partition; fewer if rows were lost, which the log then makes good.</summary>
    public ImmutableArray<RelayPartition> Progress { get; init; } = [];
}
