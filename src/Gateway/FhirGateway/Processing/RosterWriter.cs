using System.Collections.Immutable;
using FhirGateway.Attributions;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.People;

namespace FhirGateway.Processing;

/// <summary>Writes rows of rosters, panels and opt-outs inside one state transaction.</summary>
public sealed class RosterWriter(IStateTransaction state, OrganizationDirectory directory, IBodyStore bodies, DateTimeOffset now)
{
    private readonly Publisher publisher = new(state, directory, bodies, now);
    private readonly DateOnly today = DateOnly.FromDateTime(now.UtcDateTime);

    /// <summary>Links a row to its person and says how it came out.</summary>
    public (SourceRecord Record, MatchOutcome Outcome) Match(RecordKind kind, int owner, RosterRow row, ImmutableArray<RecordIdentifier> keys)
    {
        var match = PersonMatcher.Upsert(state.People, kind, owner, row.Key, row.Facts, keys);
        LinkOutcome.Apply(state, publisher, match);
        return (match.Record, match.Outcome);
    }

    /// <summary>Whether any source's Patient is linked to the same person.</summary>
    public bool IsMatched(SourceRecord record) => state.People.OfPerson(record.Person).Any(r => r.Kind == RecordKind.Patient);

    /// <summary>Makes or changes the attribution of a row; true if anything changed.</summary>
    public bool Attribute(SourceRecord record, RosterRow row, Attribution wanted, string origin)
    {
        var known = state.Attributions.OfRecord(record.Number)
            .Where(a => a.Participant == wanted.Participant && a.Contract == wanted.Contract && a.Method == wanted.Method)
            .ToList();
        var same = known.Find(a => a.Start == wanted.Start)
            ?? known.Find(a => wanted.Method == AttributionMethod.Panel || Overlaps(a, wanted));
        var source = wanted.Source is { } payer ? directory.SourceOf(payer).Id : "panel";
        if (same is null)
        {
            var added = state.Attributions.Insert(wanted with { Record = record.Number, KnownOn = today });
            publisher.PublishRoster(added, record.Person, EventTypes.RosterAdded, source, $"{origin}:{row.Line}");
        }
        else
        {
            var start = wanted.Method == AttributionMethod.Panel ? same.Start : wanted.Start;
            var changed = wanted with { Number = same.Number, Record = record.Number, KnownOn = same.KnownOn, Start = start };
            if (changed == same)
                return false;
            state.Attributions.Update(changed);
            if (changed.End is { } end && (same.End is null || end < same.End))
                publisher.PublishRoster(changed, record.Person, EventTypes.RosterEnding, source, $"{origin}:{row.Line}");
            else if (same.End < today && (changed.End is null || changed.End >= today))
                publisher.PublishRoster(changed, record.Person, EventTypes.RosterAdded, source, $"{origin}:{row.Line}");
        }

        publisher.ForgetStandings();
        state.Reevaluations.Enqueue(record.Person);
        return true;
    }

    /// <summary>Ends an attribution that the latest full file no longer names: its last day was yesterday.</summary>
    public void End(Attribution attribution, string origin)
    {
        var ended = attribution with { End = today.AddDays(-1) };
        state.Attributions.Update(ended);
        var record = state.People.Get(attribution.Record);
        var source = attribution.Source is { } payer ? directory.SourceOf(payer).Id : "panel";
        publisher.PublishRoster(ended, record.Person, EventTypes.RosterEnding, source, origin);
        // A row that attributes nobody any more is no candidate: the payer may know the human by a new member id now.
        if (state.Attributions.OfRecord(record.Number).All(a => a.End < today))
            state.People.Update(record with { Demographics = null, Facts = SourceRecord.Retired });
        publisher.ForgetStandings();
        state.Reevaluations.Enqueue(record.Person);
    }

    /// <summary>Records a choice; an opt-out is in force, also for what waits to be read, when this commits.</summary>
    public void Choose(SourceRecord record, int source, int? participant, bool optedOut, DateOnly recordedOn)
    {
        state.Attributions.Save(new OptOut(record.Number, source, participant, optedOut, recordedOn));
        publisher.ForgetStandings();
        publisher.WithdrawUndelivered(record.Person, source);
        if (!optedOut)
            state.Reevaluations.Enqueue(record.Person);
    }

    private static bool Overlaps(Attribution a, Attribution b) =>
        (a.End is not { } end || b.Start <= end) && (b.End is not { } until || a.Start <= until);
}
