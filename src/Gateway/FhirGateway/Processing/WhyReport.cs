using System.Globalization;
using FhirGateway.Contracts;
using FhirGateway.Organizations;
using FhirGateway.Publications;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>Explains why something went to a participant, or did not: every condition of the release, with its evidence.</summary>
public sealed class WhyReport(IStateStore store, IStreamLog streams, CurrentDirectory directory, TimeProvider clock)
{
    /// <summary>
    /// Lines for a person to read; null if neither a resource nor an event of the participant is known by that name.
    /// </summary>
    /// <param name="participant">The participant.</param>
    /// <param name="subject">A published id, Type/id (published, or as one source named it), an event id, or stream/sequence.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<string>?> ExplainAsync(Participant participant, string subject, CancellationToken cancellationToken)
    {
        var located = Locate(participant, subject);
        return await store.WriteAsync<IReadOnlyList<string>?>(StateLane.Messages, tx => Explain(tx, participant, subject, located), cancellationToken);
    }

    private List<string>? Explain(IStateTransaction tx, Participant participant, string subject, (string Stream, long Sequence)? located)
    {
        var publication = located is { } at ? tx.Publications.Find(participant.Number, at.Stream, at.Sequence) : null;
        var resources = publication?.Resource is { } number ? [tx.Resources.Get(number)] : FindResources(tx, subject).ToList();
        if (resources.Count == 0 && publication is null)
            return null;
        var lines = new List<string>();
        if (publication is not null)
        {
            lines.Add($"event {publication.EventId(participant.Id)} {publication.Type}: {publication.Stream}/{publication.Sequence} of {participant.Id}, "
                + $"published {publication.PublishedAt:O} from {publication.Source} ({publication.Origin})"
                + (publication.Agreement is { } a ? $" under agreement {a}" : "")
                + (publication.Withdrawn is { } w ? $", taken back by {publication.Stream}/{w}" : ""));
        }

        foreach (var resource in resources)
            Explain(tx, participant, resource, lines);
        return lines;
    }

    private void Explain(IStateTransaction tx, Participant participant, StoredResource resource, List<string> lines)
    {
        var source = directory.Value.SourceOf(resource.Source);
        lines.Add($"{resource.Type}/{resource.Id} from {source.Id} ({resource.Origin}), stream {resource.Rules.Stream()}");
        lines.AddRange(ClaimLines(tx, resource));
        var held = tx.Resources.FindHeld(resource.Number, participant.Number);
        if (resource.Rules == ResourceRules.NoPerson)
        {
            var wanted = tx.Resources.WantedBy(resource.Id).Contains(participant.Number);
            lines.Add(Line(wanted, "referred to", wanted ? "something released to the participant refers to it" : "nothing released to the participant refers to it"));
        }
        else
        {
            var conditions = new List<ReleaseCondition>();
            var person = resource.Record is { } record ? tx.People.Get(record).Person : default;
            var standing = person.Value == 0 ? Attributions.PersonStanding.Nothing : tx.Attributions.StandingOf(person);
            var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
            var decision = ReleasePolicy.Decide(resource, participant, standing, directory.Value, today, conditions);
            lines.AddRange(conditions.Select(c => Line(c.Holds, c.Name, c.Evidence)));
            if (resource.Rules == ResourceRules.Adt && !participant.Filter.IsEmpty)
                lines.Add(FilterLine(resource, participant, standing));
            lines.Add(decision.Released ? "  decision: may go" : $"  decision: may not go ({decision.Reason})");
        }

        lines.Add(held is null
            ? $"  {participant.Id} does not hold it"
            : $"  {participant.Id} holds it: {resource.Rules.Stream()}/{held.Sequence}{(held.Hash == resource.Hash ? "" : ", an older content")}");
    }

    /// <summary>A filter opens and closes nothing: it says what is told of what may go.</summary>
    private string FilterLine(StoredResource resource, Participant participant, Attributions.PersonStanding standing)
    {
        var missed = EventFilters.Misses(FilteredEvents.Of(resource, resource.EventType, AdtEntryJson.Read(resource.Adt)), participant, standing, directory.Value);
        return missed is null ? Line(true, "filter", "wants " + resource.EventType) : Line(false, missed.Name, missed.Evidence);
    }

    private static IEnumerable<string> ClaimLines(IStateTransaction tx, StoredResource resource)
    {
        if (resource.RepeatOf is { } original)
            yield return $"  claim: the same version as {resource.Type}/{tx.Resources.Get(original).Id}, which is published in its place";
        if (resource.Claim is { } claim)
        {
            yield return $"  claim: lineage {claim.Lineage}, {ClaimStates.All[(int)claim.State]}, {(claim.IsCurrent ? "current" : "not current")}"
                + (claim.Predecessor is { } before ? $", after {before}" : "") + (claim.IsOpen ? ", open: a version that it names has not come, or two contradict each other" : "");
        }
    }

    /// <summary>Where on the participant's streams the event is. Ids follow from sequences: they are computed, newest first, beside the writer.</summary>
    private (string Stream, long Sequence)? Locate(Participant participant, string subject)
    {
        var slash = subject.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && StreamNames.All.Contains(subject[..slash])
            && long.TryParse(subject.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var given))
            return (subject[..slash], given);
        if (!Guid.TryParse(subject, out var id))
            return null;
        foreach (var stream in StreamNames.All)
        {
            for (var sequence = streams.Last(participant.Number, stream); sequence > 0; sequence--)
            {
                if (PublishedId.Create(participant.Id, stream, sequence.ToString(CultureInfo.InvariantCulture)) == id)
                    return (stream, sequence);
            }
        }

        return null;
    }

    private IEnumerable<StoredResource> FindResources(IStateTransaction tx, string subject)
    {
        var slash = subject.IndexOf('/', StringComparison.Ordinal);
        var name = subject[(slash + 1)..];
        var ids = new List<Guid>();
        if (Guid.TryParse(name, out var published))
            ids.Add(published);
        if (slash > 0)
            ids.AddRange(directory.Value.Sources.Select(s => PublishedId.Create(s.Id, subject[..slash], name)));
        foreach (var id in ids.Distinct())
        {
            foreach (var adt in new[] { false, true })
            {
                if (tx.Resources.Find(id, adt) is { } found)
                    yield return found;
            }
        }
    }

    private static string Line(bool holds, string name, string evidence) => $"  {(holds ? "yes" : "no ")} {name}: {evidence}";
}
