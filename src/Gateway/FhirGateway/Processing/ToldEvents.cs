using System.Collections.Immutable;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Organizations;
using FhirGateway.Publications;

namespace FhirGateway.Processing;

/// <summary>What participants were told of one resource on the stream adt and is neither cancelled nor taken back.</summary>
internal sealed class ToldEvents
{
    private readonly Dictionary<int, List<(Publication Event, string Id, string Milestone)>> standing = [];

    public ToldEvents(IPublicationState publications, OrganizationDirectory directory, long resource)
    {
        var cancelled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var told in publications.OfResource(resource))
        {
            if (AdtEntryJson.Read(told.Adt) is not { } entry)
                continue;
            cancelled.UnionWith(entry.Cancels ?? []);
            if (entry.Milestone is not { } milestone)
                continue;
            if (!standing.TryGetValue(told.Participant, out var events))
                standing[told.Participant] = events = [];
            // A retraction repeats the name of what it takes back and is no milestone itself; the calling off of a visit is one.
            if (told.Type != EventTypes.AdtCancel || entry is { Milestone: EpisodeNotices.CalledOff, Status: Episode.Cancelled })
                events.Add((told, told.EventId(directory.ParticipantOf(told.Participant).Id), milestone));
        }

        foreach (var events in standing.Values)
            events.RemoveAll(e => cancelled.Contains(e.Id));
    }

    public IEnumerable<int> Participants => standing.Keys;

    public bool Has(int participant, string milestone) =>
        standing.TryGetValue(participant, out var events) && events.Exists(e => e.Milestone == milestone);

    /// <summary>Events by which a participant was told any of these milestones, in order.</summary>
    public IReadOnlyList<(Publication Event, string Id)> Of(int participant, ImmutableArray<string> milestones) =>
        standing.TryGetValue(participant, out var events)
            ? [.. events.Where(e => milestones.Contains(e.Milestone)).Select(e => (e.Event, e.Id))]
            : [];
}
