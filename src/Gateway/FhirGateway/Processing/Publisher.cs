using System.Globalization;
using System.Text.Json;
using FhirGateway.Attributions;
using FhirGateway.Audit;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Publications;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>
/// Decides what goes where and writes it: publication, held ledger and disclosure in the transaction of the state that
/// caused them. One per transaction.
/// </summary>
public sealed partial class Publisher(IStateTransaction state, OrganizationDirectory directory, IBodyStore bodies, DateTimeOffset now)
{
    private readonly Dictionary<PersonId, PersonStanding> standings = [];
    private readonly DateOnly today = DateOnly.FromDateTime(now.UtcDateTime);

    private ClaimLineages? claims;

    /// <summary>The lives of the claims that this transaction touches.</summary>
    public ClaimLineages Claims => claims ??= new ClaimLineages(state, this, bodies, today);

    /// <summary>Events written so far.</summary>
    public int Published { get; private set; }

    /// <summary>What is on file for a person, read once per transaction.</summary>
    public PersonStanding StandingOf(PersonId person)
    {
        if (!standings.TryGetValue(person, out var standing))
            standings[person] = standing = state.Attributions.StandingOf(person);
        return standing;
    }

    private const int ResourcesPerPage = 256;

    /// <summary>Attributions, links or opt-outs changed.</summary>
    public void ForgetStandings() => standings.Clear();

    /// <summary>Publishes a resource of a person to every participant that may have it and does not hold this content.</summary>
    /// <param name="resource">As stored.</param>
    /// <param name="person">The person its record links to.</param>
    /// <param name="json">Its body, if at hand; else it is read when needed.</param>
    public void Evaluate(StoredResource resource, PersonId person, ReadOnlyMemory<byte>? json = null)
    {
        if (resource.RepeatOf is not null)
            return;
        var standing = StandingOf(person);
        foreach (var (participant, decision) in Entitled(resource, standing))
            Publish(resource, participant, person, decision, standing, json);
    }

    /// <summary>The participants that may have a resource of a person, each once.</summary>
    private IEnumerable<(Participant Participant, ReleaseDecision Decision)> Entitled(StoredResource resource, PersonStanding standing)
    {
        if (directory.SourceOf(resource.Source).Connection.OnlyParticipant is { } only)
        {
            // Pulled with one participant's credentials: nobody else is asked, and nobody needs to be attributed.
            if (directory.FindParticipant(only) is { } owner && ReleasePolicy.Decide(resource, owner, standing, directory, today) is { Released: true } allowed)
                yield return (owner, allowed);
            yield break;
        }

        for (var i = 0; i < standing.Attributions.Length; i++)
        {
            var number = standing.Attributions[i].Participant;
            if (IsAmong(standing.Attributions.AsSpan(0, i), number))
                continue;
            var participant = directory.ParticipantOf(number);
            var decision = ReleasePolicy.Decide(resource, participant, standing, directory, today);
            if (decision.Released)
                yield return (participant, decision);
        }

        foreach (var participant in PcpRouting.ParticipantsOf(resource, directory))
        {
            if (!IsAmong(standing.Attributions.AsSpan(), participant.Number)
                && ReleasePolicy.Decide(resource, participant, standing, directory, today) is { Released: true } decision)
                yield return (participant, decision);
        }
    }

    private static bool IsAmong(ReadOnlySpan<Attribution> attributions, int participant)
    {
        foreach (var attribution in attributions)
        {
            if (attribution.Participant == participant)
                return true;
        }

        return false;
    }

    /// <summary>Publishes a resource of no person to those that hold something that refers to it.</summary>
    public void EvaluateWanted(StoredResource resource)
    {
        foreach (var participant in state.Resources.WantedBy(resource.Id))
            PublishNeeded(resource, directory.ParticipantOf(participant));
    }

    /// <summary>The content of a resource.</summary>
    internal byte[] BodyOf(StoredResource resource) => bodies.Read(resource.Body);

    /// <summary>Takes back all that a participant was told of a resource.</summary>
    public void Withdraw(StoredResource resource, Held held, string reason)
    {
        // Not only those that follow one another: an earlier one may have been taken back in between, or stem from before an opt-out.
        var told = state.Publications.OfResource(resource.Number).Where(e => e.Participant == held.Participant).OrderByDescending(e => e.Sequence).ToList();
        if (told.Count > 0)
            WithdrawEvents(told, reason);
        state.Resources.Remove(held);
    }

    /// <summary>Takes back those events of a resource, of whichever content, that <paramref name="which"/> picks; returns how many.</summary>
    public int Withdraw(long resource, string reason, Predicate<Publication> which)
    {
        var withdrawn = 0;
        foreach (var group in state.Publications.OfResource(resource).Where(e => which(e)).GroupBy(e => (e.Participant, e.Stream)))
        {
            List<Publication> events = [.. group];
            WithdrawEvents(events, reason);
            withdrawn += events.Count;
            LetGo(resource, group.Key.Participant);
        }

        return withdrawn;
    }

    /// <summary>
    /// A link was undone: whoever holds the resource as the human it was taken for must let it go. Where that human was merged
    /// away, the merge event already told which key carries on.
    /// </summary>
    public void WithdrawFromStrangers(StoredResource resource, PersonId person)
    {
        foreach (var held in state.Resources.HoldersOf(resource.Number))
        {
            if (held.Person == 0 || held.Person == person.Value)
                continue;
            // They were told which key carries on: they hold it as that one's.
            var of = state.People.Current(new PersonId(held.Person));
            if (of != person && state.People.OfPerson(of).Count > 0)
                Withdraw(resource, held, ReasonCodes.WrongPerson);
        }
    }

    /// <summary>Two were taken for one: who follows only the other one must let go what was told of this one.</summary>
    public void WithdrawFromFollowersOf(PersonId other, PersonId person)
    {
        var standing = StandingOf(person);
        var theirs = StandingOf(other).Attributions.Select(a => a.Participant).Except(standing.Attributions.Select(a => a.Participant)).ToHashSet();
        if (theirs.Count == 0)
            return;
        IReadOnlyList<StoredResource> page;
        for (var after = 0L; (page = state.Resources.OfPerson(person, after, ResourcesPerPage)).Count > 0; after = page[^1].Number)
        {
            foreach (var resource in page)
            {
                foreach (var held in state.Resources.HoldersOf(resource.Number).Where(h => theirs.Contains(h.Participant)).ToList())
                {
                    // Whom the visit names as the patient's doctor may have it without following anybody.
                    if (!Entitled(resource, standing).Any(e => e.Participant.Number == held.Participant))
                        Withdraw(resource, held, ReasonCodes.WrongPerson);
                }
            }
        }
    }

    /// <summary>An opt-out stops what was not handed over yet: those events lose their data before anyone reads them.</summary>
    public void WithdrawUndelivered(PersonId person, int source)
    {
        var id = directory.SourceOf(source).Id;
        foreach (var participant in state.Publications.ParticipantsOf(person))
        {
            if (!StandingOf(person).IsOptedOut(source, participant))
                continue;
            foreach (var group in state.Publications.Undelivered(participant, person, id).GroupBy(p => (p.Stream, p.Resource)))
            {
                WithdrawEvents(WithWhatTheyCancel([.. group]), ReasonCodes.OptedOut);
                if (group.Key.Resource is { } number)
                    LetGo(number, participant);
            }
        }
    }

    /// <summary>A roster event: data of our own, under the roster's attribution.</summary>
    public void PublishRoster(Attribution attribution, PersonId person, string type, string source, string origin)
    {
        var participant = directory.ParticipantOf(attribution.Participant);
        Write(participant, StreamNames.Roster, type, Timestamp(now), source, person, attribution.LocalId, origin, agreement: null,
            resource: null, BodyLocation.None, RosterEventJson.Of(attribution, source), now);
    }

    /// <summary>Tells those who know the retired person by a key which key carries on.</summary>
    public void PublishMerge(PersonId retired, PersonId survivor)
    {
        state.People.NoteMerged(retired, survivor);
        foreach (var number in state.Publications.ParticipantsOf(retired))
        {
            var participant = directory.ParticipantOf(number);
            var key = state.Publications.PersonKey(number, survivor);
            foreach (var stream in state.Publications.StreamsOf(number, retired))
            {
                var data = "{\"survivor\":\"" + key + "\"}";
                var sequence = Write(participant, stream, EventTypes.PersonMerged, Timestamp(now), "gateway", retired, null, "link",
                    agreement: null, resource: null, BodyLocation.None, data, now);
                state.Publications.SetAfter(number, stream, survivor, sequence);
            }
        }
    }

    private void Publish(
        StoredResource resource, Participant participant, PersonId person, ReleaseDecision decision, PersonStanding standing,
        ReadOnlyMemory<byte>? json)
    {
        var withAmounts = resource.Rules != ResourceRules.Claims || decision.WithAmounts;
        var held = state.Resources.FindHeld(resource.Number, participant.Number);
        if (held is not null && held.Hash == resource.Hash && held.WithAmounts == withAmounts && held.Claim == resource.Claim)
            return;
        if (resource.Rules == ResourceRules.Adt)
        {
            PublishVisit(resource, participant, person, decision, standing, held, isNew: true);
            return;
        }

        foreach (var need in resource.Needs)
            PublishNeed(need, participant);
        var body = withAmounts ? resource.Body : WithoutAmounts(resource, json, held);
        var sequence = Write(participant, resource.Rules.Stream(), resource.EventType, resource.EventTime ?? Timestamp(now),
            directory.SourceOf(resource.Source).Id, person, LocalId(participant, decision, standing), resource.Origin, decision.Agreement,
            resource, body, inline: null, resource.AcceptedAt);
        state.Resources.Save(new Held(resource.Number, participant.Number, resource.Hash, sequence, person.Value, withAmounts, resource.Claim));
    }

    private static string? LocalId(Participant participant, ReleaseDecision decision, PersonStanding standing) =>
        decision.Attribution?.LocalId
        ?? standing.Attributions.FirstOrDefault(a => a.Participant == participant.Number && a.LocalId is not null)?.LocalId;

    private void PublishNeed(Guid target, Participant participant)
    {
        if (state.Resources.Want(target, participant.Number) && state.Resources.Find(target, adt: false) is { IsRemoved: false } resource)
            PublishNeeded(resource, participant);
    }

    private void PublishNeeded(StoredResource resource, Participant participant)
    {
        if (resource.Rules != ResourceRules.NoPerson || resource.Labels.Length > 0 || !MayFollow(resource, participant, out var person)
            || (directory.SourceOf(resource.Source).Connection.OnlyParticipant is { } only && only != participant.Id))
            return;
        var agreement = directory.Between(resource.Source, participant.Number).FirstOrDefault(a => a.IsActiveOn(today));
        var held = state.Resources.FindHeld(resource.Number, participant.Number);
        if (agreement is null || (held is not null && held.Hash == resource.Hash))
            return;
        foreach (var need in resource.Needs)
            PublishNeed(need, participant);
        var sequence = Write(participant, resource.Rules.Stream(), resource.EventType, Timestamp(now),
            directory.SourceOf(resource.Source).Id, person, localId: null, resource.Origin, agreement, resource, resource.Body,
            inline: null, resource.AcceptedAt);
        state.Resources.Save(new Held(resource.Number, participant.Number, resource.Hash, sequence, person?.Value ?? 0, WithAmounts: true));
    }

    /// <summary>A Device may name its patient: then it follows a reference only to those who may have that patient's data.</summary>
    private bool MayFollow(StoredResource resource, Participant participant, out PersonId? person)
    {
        person = resource.Record is { } record ? state.People.Get(record).Person : null;
        return person is not { } of || ReleasePolicy.Decide(
            resource with { Rules = ResourceRules.Clinical }, participant, StandingOf(of), directory, today).Released;
    }

    private BodyLocation WithoutAmounts(StoredResource resource, ReadOnlyMemory<byte>? json, Held? held)
    {
        // Only its standing changed: what was published then has no amounts either.
        if (held is { WithAmounts: false } && held.Hash == resource.Hash
            && state.Publications.Find(held.Participant, resource.Rules.Stream(), held.Sequence) is { Withdrawn: null } last)
            return last.Body;
        var body = json ?? bodies.Read(resource.Body);
        return state.Resources.StoreBody(EobAmounts.Remove(body.Span));
    }

    private void WithdrawEvents(List<Publication> events, string reason)
    {
        var first = events[0];
        var participant = directory.ParticipantOf(first.Participant);
        var resource = first.Resource is { } number ? state.Resources.Get(number) : null;
        var data = WithdrawalJson.Of(reason, events.Select(e => e.EventId(participant.Id)), resource);
        var sequence = Write(participant, first.Stream, EventTypes.Withdrawn(first.Stream), Timestamp(now), first.Source,
            first.Person == 0 ? null : new PersonId(first.Person), first.LocalId, first.Origin, agreement: null, resource: null,
            BodyLocation.None, data, now);
        foreach (var withdrawn in events)
            state.Publications.MarkWithdrawn(withdrawn.Participant, withdrawn.Stream, withdrawn.Sequence, sequence);
    }

    private long Write(
        Participant participant, string stream, string type, string time, string source, PersonId? person, string? localId, string origin,
        Agreement? agreement, StoredResource? resource, BodyLocation body, string? inline, DateTimeOffset acceptedAt,
        string? adt = null, string? routedBy = null)
    {
        var sequence = state.Publications.Next(participant.Number, stream);
        state.Publications.Insert(new Publication
        {
            Participant = participant.Number,
            Stream = stream,
            Sequence = sequence,
            Type = type,
            Time = time,
            Source = source,
            Person = person?.Value ?? 0,
            PersonKey = person is { } known ? state.Publications.PersonKey(participant.Number, known) : null,
            LocalId = localId,
            Origin = origin,
            Agreement = agreement?.Id,
            Purpose = agreement?.Purpose,
            Resource = resource?.Number,
            Body = body,
            Inline = inline,
            Claim = resource?.Claim,
            Adt = adt,
            After = person is { } p ? state.Publications.TakeAfter(participant.Number, stream, p) : null,
            AcceptedAt = acceptedAt,
            PublishedAt = now,
        });
        state.Audit.Append(
            new AuditRecord(AuditKinds.Disclosure, DisclosureJson.Of(participant, stream, sequence, type, source, agreement, resource, routedBy)),
            person?.Value ?? 0);
        Published++;
        return sequence;
    }

    private static string Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
