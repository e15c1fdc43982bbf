using System.Collections.Immutable;
using FhirGateway.Contracts;
using FhirGateway.Episodes;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// A message of which is read whom and which visits it is about, and nothing is written yet. Written once: its Bundles then say how the
/// visits stand.
/// </summary>
public sealed class AdtReading
{
    private readonly ImmutableArray<EventConversion> parts;
    private readonly AdtConversion? failed;
    private readonly bool isOfPersonOnly;

    private AdtReading(ImmutableArray<EventConversion> parts, bool isOfPersonOnly)
    {
        this.parts = parts;
        this.isOfPersonOnly = isOfPersonOnly;
        for (var i = 0; i < parts.Length && failed is null; i++)
        {
            if (parts[i].Read() is { } fault)
                failed = FaultOf(fault, i);
        }
    }

    private AdtReading(AdtConversion failed)
    {
        this.failed = failed;
        parts = [];
    }

    /// <summary>Events that it will have, one for each of its patients; 0 if it is to be held.</summary>
    public int Count => failed is null ? parts.Length : 0;

    /// <summary>What is said of the visit of an event; null if it is about no visit.</summary>
    public EpisodeEvent? VisitOf(int part) => parts[part].Visit;

    /// <summary>NPIs that the message names as the primary care of the event's patient.</summary>
    public ImmutableArray<string> CareNpisOf(int part) => parts[part].CareNpis;

    internal static AdtReading Of(ImmutableArray<EventConversion> parts) => new(parts, isOfPersonOnly: false);

    internal static AdtReading OfPersonOnly(EventConversion person) => new([person], isOfPersonOnly: true);

    internal static AdtReading Failed(string reason, string? path) => new(AdtConversion.Failed(reason, path));

    /// <summary>Each event, going by the message alone.</summary>
    public AdtConversion Write() => Write(VisitOf, _ => null);

    /// <summary>Each event.</summary>
    /// <param name="visits">By number of the event: what its visit's event is kept as.</param>
    /// <param name="episodes">By number of the event: the fold of all that is known of its visit; null to go by the message alone.</param>
    public AdtConversion Write(Func<int, EpisodeEvent?> visits, Func<int, Episode?> episodes)
    {
        if (failed is not null)
            return failed;
        var events = ImmutableArray.CreateBuilder<AdtEvent>(parts.Length);
        for (var i = 0; i < parts.Length; i++)
            events.Add(parts[i].Write(visits(i), episodes(i) is { } episode ? new AdtKnown { Episode = episode } : null));
        return isOfPersonOnly
            ? AdtConversion.Held(events[0], ReasonCodes.SegmentMissing, "PV1")
            : AdtConversion.Of(events.MoveToImmutable());
    }

    /// <summary>Of several patients, the one whose event it is about.</summary>
    internal AdtConversion WriteOne(AdtKnown known)
    {
        if (failed is not null || isOfPersonOnly)
            return Write();
        var chosen = known.Group ?? 0;
        if (known is { Group: null, Episode: { } episode })
            chosen = parts.FirstOrDefault(p => p.Visit?.VisitKey == episode.VisitKey) is { } of ? parts.IndexOf(of) : 0;
        var part = parts[chosen < parts.Length ? chosen : 0];
        return AdtConversion.Of(part.Write(part.Visit, known));
    }

    /// <summary>All of a message's events or none.</summary>
    private AdtConversion FaultOf(AdtConversion fault, int part)
    {
        if (isOfPersonOnly)
            return AdtConversion.Failed(ReasonCodes.SegmentMissing, "PV1");
        return parts.Length == 1 ? fault : AdtConversion.Failed(fault.Reason!, $"{fault.Path} of patient {part + 1}");
    }
}
