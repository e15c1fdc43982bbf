using System.Collections.Immutable;
using FhirGateway.Contracts;
using FhirGateway.Simulation.Hospital;
using FhirGateway.Simulation.Participants;

namespace FhirGateway.Simulation.Checks;

/// <summary>Compares the ledgers of the participants with the truth of the world.</summary>
public sealed class TruthCheck(WorldTruth truth)
{
    /// <summary>Finds everything that is missing, doubled, at the wrong participant or not to be explained.</summary>
    /// <param name="ledgers">By participant; one that is absent received nothing.</param>
    /// <param name="sent">
    /// The hospital's ledger: events of messages not answered AA are not expected. Null expects the whole script.
    /// </param>
    /// <param name="latencyFrom">Messages answered before are left out of the latency (their person was perhaps not known yet).</param>
    public TruthReport Run(IReadOnlyDictionary<string, ImmutableArray<ReceivedEntry>> ledgers, IReadOnlyCollection<SentMessage>? sent, DateTimeOffset? latencyFrom = null)
    {
        var answered = sent?.Where(m => m.Code == "AA").GroupBy(m => m.ControlId).ToDictionary(g => g.Key, g => g.Min(m => m.AnsweredAt), StringComparer.Ordinal);
        List<TruthFinding> findings = [];
        List<StreamCount> counts = [];
        List<TimeSpan> latencies = [];
        foreach (var message in sent?.Where(m => m.Code != "AA") ?? [])
            findings.Add(new TruthFinding(FindingKind.NotAccepted, Worlds.Cast.Hospital, StreamNames.Adt, $"{message.Trigger} {message.ControlId} was answered {message.Code}"));
        foreach (var participant in truth.Participants.Values)
        {
            var entries = ledgers.GetValueOrDefault(participant.Participant, []);
            CheckSequences(participant.Participant, entries, findings);
            CheckRoster(participant, entries, findings);
            var received = CheckEntries(participant, entries, findings);
            FindMissing(participant, received, answered, findings);
            Count(participant, entries, answered, counts);
            if (answered is not null)
                AddLatencies(participant, entries, answered, latencyFrom, latencies);
        }
        CheckPersonKeys(ledgers, findings);
        return new TruthReport { Findings = [.. findings], Streams = [.. counts], AdtLatency = LatencySummary.Of(latencies) };
    }

    private static void CheckSequences(string participant, ImmutableArray<ReceivedEntry> entries, List<TruthFinding> findings)
    {
        foreach (var stream in entries.GroupBy(e => e.Stream))
        {
            var ids = new HashSet<string>(StringComparer.Ordinal);
            var last = 0L;
            foreach (var entry in stream)
            {
                if (entry.Sequence > last + 1)
                    findings.Add(new TruthFinding(FindingKind.Gap, participant, stream.Key, $"{entry.Sequence} follows {last}"));
                if (entry.Sequence <= last || !ids.Add(entry.Id))
                    findings.Add(new TruthFinding(FindingKind.Doubled, participant, stream.Key, $"sequence {entry.Sequence}, id {entry.Id} came again"));
                last = Math.Max(last, entry.Sequence);
            }
        }
    }

    private static void CheckRoster(ParticipantTruth participant, ImmutableArray<ReceivedEntry> entries, List<TruthFinding> findings)
    {
        var added = entries.Where(e => e is { Stream: StreamNames.Roster, Type: EventTypes.RosterAdded }).DistinctBy(e => e.Id).Count();
        if (added < participant.LeastRosterEvents)
            findings.Add(new TruthFinding(FindingKind.Missing, participant.Participant, StreamNames.Roster, $"{added} of at least {participant.LeastRosterEvents} attributions"));
        if (added > participant.MostRosterEvents)
            findings.Add(new TruthFinding(FindingKind.Unexpected, participant.Participant, StreamNames.Roster, $"{added} of at most {participant.MostRosterEvents} attributions"));
        foreach (var entry in entries.Where(e => e.Stream == StreamNames.Roster && e.Type is not (EventTypes.RosterAdded or EventTypes.RosterEnding or EventTypes.PersonMerged)))
            findings.Add(new TruthFinding(FindingKind.Unexpected, participant.Participant, StreamNames.Roster, $"sequence {entry.Sequence} is a {entry.Type}"));
    }

    private HashSet<EventKey> CheckEntries(ParticipantTruth participant, ImmutableArray<ReceivedEntry> entries, List<TruthFinding> findings)
    {
        var received = new Dictionary<EventKey, string>();
        var told = entries.Where(e => e.Stream == StreamNames.Adt).DistinctBy(e => e.Id).ToDictionary(e => e.Id, StringComparer.Ordinal);
        var cancelled = entries.SelectMany(e => e.Cancels).ToHashSet(StringComparer.Ordinal);
        foreach (var unknown in cancelled.Where(id => !told.ContainsKey(id)))
            findings.Add(new TruthFinding(FindingKind.Unexpected, participant.Participant, StreamNames.Adt, $"{unknown} was cancelled and never told"));
        foreach (var entry in entries)
        {
            // Which record of a human comes first is chance: that two keys become one is checked with the keys.
            if (entry.Stream == StreamNames.Roster || entry.Survivor is not null)
                continue;
            var key = EventKey.Of(entry);
            // Which earlier visit a return follows is known better with every message: what was told before is cancelled and told anew.
            if (EventKey.IsSignal(entry.Type) && cancelled.Contains(entry.Id) && participant.Events.ContainsKey(key))
                continue;
            if (entry.Cancels.Length > 0 && entry.Cancels.All(id => told.TryGetValue(id, out var old) && EventKey.IsSignal(old.Type)))
                continue;
            if (!participant.Events.TryGetValue(key, out var expected))
            {
                var owner = truth.Participants.Values.FirstOrDefault(p => p.Events.ContainsKey(key));
                findings.Add(owner is null
                    ? new TruthFinding(FindingKind.Unexpected, participant.Participant, entry.Stream, Name(entry, key))
                    : new TruthFinding(FindingKind.Foreign, participant.Participant, entry.Stream, $"{Name(entry, key)} belongs to {owner.Participant}"));
                continue;
            }
            if (Difference(entry, expected) is { } difference)
                findings.Add(new TruthFinding(FindingKind.Unexpected, participant.Participant, entry.Stream, $"{Name(entry, key)}: {difference}"));
            // The same entry delivered again was found by its sequence; this is the same content under another id.
            if (!received.TryAdd(key, entry.Id) && received[key] != entry.Id && entry.Cancels.IsEmpty)
                findings.Add(new TruthFinding(FindingKind.Doubled, participant.Participant, entry.Stream, Name(entry, key)));
        }
        return [.. received.Keys];
    }

    private static string? Difference(ReceivedEntry entry, ExpectedEvent expected)
    {
        if (entry.Withdrawn is { } by)
            return $"was withdrawn by {by}";
        if (entry.Source != expected.Source)
            return $"comes from {entry.Source} in place of {expected.Source}";
        if (expected.EncounterId is { } encounter && entry.EncounterId != encounter)
            return $"names the encounter {entry.EncounterId} in place of {encounter}";
        if (expected.Person is null && entry.Person is not null)
            return "names a person, but is of none";
        if (expected.Person is not null && entry.Person is null)
            return "names no person";
        return entry.LocalId is { } local && !expected.LocalIds.Contains(local) ? "carries another person's local id" : null;
    }

    private static void FindMissing(ParticipantTruth participant, HashSet<EventKey> received, Dictionary<string, DateTimeOffset>? answered, List<TruthFinding> findings)
    {
        foreach (var (key, expected) in participant.Events)
        {
            if (IsRequired(expected, answered) && !received.Contains(key))
                findings.Add(new TruthFinding(FindingKind.Missing, participant.Participant, key.Stream, $"{key.Type} {key.Subject}"));
        }
    }

    private static bool IsRequired(ExpectedEvent expected, Dictionary<string, DateTimeOffset>? answered) =>
        !expected.IsOptional && (expected.Key.Stream != StreamNames.Adt || answered is null || answered.ContainsKey(expected.Key.Subject));

    private static void Count(ParticipantTruth participant, ImmutableArray<ReceivedEntry> entries, Dictionary<string, DateTimeOffset>? answered, List<StreamCount> counts)
    {
        var expected = participant.Events.Values.Where(e => IsRequired(e, answered)).CountBy(e => e.Key.Stream).ToDictionary();
        var received = entries.CountBy(e => e.Stream).ToDictionary();
        foreach (var stream in StreamNames.All)
        {
            var least = stream == StreamNames.Roster ? participant.LeastRosterEvents : expected.GetValueOrDefault(stream);
            counts.Add(new StreamCount(participant.Participant, stream, least, received.GetValueOrDefault(stream)));
        }
    }

    private static void AddLatencies(ParticipantTruth participant, ImmutableArray<ReceivedEntry> entries, Dictionary<string, DateTimeOffset> answered, DateTimeOffset? from, List<TimeSpan> latencies)
    {
        foreach (var entry in entries)
        {
            if (entry.Stream != StreamNames.Adt || entry.SourceMessageId is not { } id || !answered.TryGetValue(id, out var at) || at < from)
                continue;
            if (participant.Events.ContainsKey(EventKey.Of(entry)))
                latencies.Add(entry.ArrivedAt > at ? entry.ArrivedAt - at : TimeSpan.Zero);
        }
    }

    private void CheckPersonKeys(IReadOnlyDictionary<string, ImmutableArray<ReceivedEntry>> ledgers, List<TruthFinding> findings)
    {
        var owners = new Dictionary<string, (string Participant, int Person)>(StringComparer.Ordinal);
        foreach (var (name, entries) in ledgers)
        {
            if (!truth.Participants.TryGetValue(name, out var participant))
                continue;
            foreach (var entry in entries)
            {
                if (entry.Person is not { } key || !participant.Events.TryGetValue(EventKey.Of(entry), out var expected) || expected.Person is not { } person)
                    continue;
                if (!owners.TryAdd(key, (name, person)) && owners[key] != (name, person))
                    findings.Add(new TruthFinding(FindingKind.PersonKey, name, entry.Stream, $"the person key of sequence {entry.Sequence} stands for somebody else too, or is known to another participant"));
            }
        }

        foreach (var entry in ledgers.SelectMany(l => l.Value).Where(e => e is { Survivor: not null, Person: not null }))
        {
            if (owners.TryGetValue(entry.Person!, out var retired) && owners.TryGetValue(entry.Survivor!, out var survivor) && retired != survivor)
                findings.Add(new TruthFinding(FindingKind.PersonKey, entry.Participant, entry.Stream, $"sequence {entry.Sequence} makes one person of two"));
        }
    }

    private static string Name(ReceivedEntry entry, EventKey key) => $"sequence {entry.Sequence}, {key.Type} {key.Subject}";
}
