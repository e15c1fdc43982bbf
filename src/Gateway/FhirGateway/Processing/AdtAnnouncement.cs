using System.Collections.Immutable;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>What to tell of a resource, and because of what.</summary>
public sealed record AdtAnnouncement
{
    public ImmutableArray<AdtNotice> Notices { get; init; } = [];

    /// <summary>MSH-10 of the message that caused it.</summary>
    public required string Origin { get; init; }

    /// <summary>A01 …; null where no message caused it.</summary>
    public string? Trigger { get; init; }

    /// <summary>When that was accepted.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Nobody can hold the resource yet.</summary>
    public bool IsFirst { get; init; }

    /// <summary>Told only to who may have these, too: the visits that a signal refers to.</summary>
    public ImmutableArray<StoredResource> AlsoEntitledTo { get; init; } = [];

    public override string ToString() => $"AdtAnnouncement({Notices.Length})";
}
