using System.Collections.Immutable;
using FhirGateway.Contracts;
using FhirGateway.Publications;

namespace FhirGateway.Processing;

/// <summary>One thing to tell of a resource on the stream adt, whatever a participant holds of it.</summary>
public sealed record AdtNotice
{
    /// <summary>A value of <see cref="EventTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What it says at a glance; the ids that it cancels are added for each participant.</summary>
    public required AdtEntry Entry { get; init; }

    /// <summary>Names of milestones that are not so: who was told none of them is told nothing.</summary>
    public ImmutableArray<string> TakesBack { get; init; } = [];

    /// <summary>Told also to who was told none of <see cref="TakesBack"/>, as long as the resource is held: the visit was called off as a whole.</summary>
    public bool ToHolders { get; init; }

    /// <summary>Not told again to who was told it.</summary>
    public bool OnlyOnce { get; init; }

    public bool IsCancel => Type == EventTypes.AdtCancel;

    public override string ToString() => $"AdtNotice({Type})";
}
