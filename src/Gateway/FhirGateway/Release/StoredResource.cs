using System.Collections.Immutable;
using FhirGateway.Claims;
using FhirGateway.Normalization;

namespace FhirGateway.Release;

/// <summary>A resource as the gateway holds it: the latest content of one (source, type, id).</summary>
public sealed record StoredResource
{
    /// <summary>Number inside the state store; 0 before it is stored.</summary>
    public long Number { get; init; }

    /// <summary>The published id. An ADT visit is stored beside an Encounter of the same id from a bulk file.</summary>
    public required Guid Id { get; init; }
    public required ResourceRules Rules { get; init; }
    public required string Type { get; init; }
    public required int Source { get; init; }

    /// <summary>Number of the Patient's source record; null for resources of no person.</summary>
    public long? Record { get; init; }
    public required ContentHash Hash { get; init; }
    public required BodyLocation Body { get; init; }
    public ServicePeriod Service { get; init; }

    /// <summary>Sensitivity labels, separated by spaces; empty where there are none.</summary>
    public string Labels { get; init; } = "";

    /// <summary>Type of the event that its current content is published as.</summary>
    public required string EventType { get; init; }

    /// <summary>When it happened, RFC 3339; null where the time of publication is meant.</summary>
    public string? EventTime { get; init; }

    /// <summary>MSH-10, or submission/file:line.</summary>
    public required string Origin { get; init; }

    /// <summary>Resources of no person that it refers to.</summary>
    public ImmutableArray<Guid> Needs { get; init; } = [];

    /// <summary>How the content arrived; null where the same line must be read again when it comes again.</summary>
    public KnownLine? Line { get; init; }

    /// <summary>Of an ADT event: what else decides who is told; null for any other resource.</summary>
    public CareFacts? Care { get; init; }

    /// <summary>How it stands as a version of a claim; null for what is no claim.</summary>
    public ClaimStanding? Claim { get; init; }

    /// <summary>Fingerprint of what was read of its claim: it changes with the source's settings, too.</summary>
    public long? ClaimFacts { get; init; }

    /// <summary>Number of the resource that is the same version of the claim under another id, and is published in its place.</summary>
    public long? RepeatOf { get; init; }

    /// <summary>What it says at a glance, as JSON (<see cref="Contracts.AdtEntry"/>); null for what is no ADT event.</summary>
    public string? Adt { get; init; }

    /// <summary>When the bytes were accepted.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Deleted by its source or taken back: its number stays, its content is gone. It may come again.</summary>
    public bool IsRemoved => Body == BodyLocation.None;

    /// <summary>The same resource without content.</summary>
    /// <param name="origin">What removed it, in the form of <see cref="Origin"/>; empty for nothing that could be taken back.</param>
    /// <param name="at">When that was accepted; the least value where anything may take its place.</param>
    public StoredResource Removed(string origin, DateTimeOffset at) => this with
    {
        Hash = default,
        Body = BodyLocation.None,
        Service = default,
        Labels = "",
        EventTime = null,
        Origin = origin,
        Needs = [],
        Care = null,
        Line = null,
        Claim = null,
        ClaimFacts = null,
        RepeatOf = null,
        Adt = null,
        AcceptedAt = at,
    };

    public override string ToString() => $"StoredResource({Type}, {Id})";
}
