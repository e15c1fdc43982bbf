using System.Text.Json;
using FhirGateway.Episodes;
using FhirGateway.People;
using FhirGateway.Processing;

namespace FhirGateway.Tests.State;

/// <summary>Events, episodes and signals of visits.</summary>
public abstract partial class StateStoreContract
{
    [Fact]
    public async Task Events_and_episodes_of_a_visit_are_there_as_they_were_after_a_restart()
    {
        var happened = Happened("MERCY|V1", 1) with { Location = "MERCY|4N|401", Death = At(3), AttendingName = "Ada \"O'Moore\"", StaysOn = true };
        var summary = Summary("MERCY|V1", 1, At(1)) with { Record = 7 };
        await Write(tx =>
        {
            Assert.True(tx.Episodes.Add(1, happened));
            Assert.False(tx.Episodes.Add(1, happened with { Trigger = "A08" }));
            Assert.True(tx.Episodes.Add(2, happened));
            tx.Episodes.Save(summary);
            tx.Episodes.Save(summary with { Episode = summary.Episode with { Status = Episode.Finished, End = At(5) } });
            return true;
        });
        Close();
        (store, Streams, Audit, Signals) = Open();
        await Write(tx =>
        {
            Assert.Equal(happened, Assert.Single(tx.Episodes.EventsOf(1, "MERCY|V1")));
            var found = Assert.Single(tx.Episodes.Find(1, "MERCY|V1"));
            Assert.Equal((summary.Encounter, 1, 7L), (found.Encounter, found.Source, found.Record));
            Assert.Equal(Text(summary.Episode with { Status = Episode.Finished, End = At(5) }), Text(found.Episode));
            Assert.Empty(tx.Episodes.Find(2, "MERCY|V1"));
            Assert.Empty(tx.Episodes.EventsOf(1, "MERCY|V2"));
            tx.Episodes.Remove(found);
            Assert.Empty(tx.Episodes.Find(1, "MERCY|V1"));
            return true;
        });
    }

    [Fact]
    public async Task A_number_that_became_another_brings_its_events_along_and_the_later_word_counts() => await Write(tx =>
    {
        tx.Episodes.Add(1, Happened("A|1", 1));
        tx.Episodes.Add(1, Happened("A|2", 2));
        tx.Episodes.Add(1, Happened("A|3", 3));
        tx.Episodes.Rename(1, "A|1", "A|2");
        tx.Episodes.Rename(1, "A|2", "A|3");
        tx.Episodes.Rename(1, "A|3", "A|3");
        Assert.Equal(["A|3", "A|3", "A|3", "A|4"], new[] { "A|1", "A|2", "A|3", "A|4" }.Select(k => tx.Episodes.Resolve(1, k)));
        Assert.Equal("A|1", tx.Episodes.Resolve(2, "A|1"));
        var events = tx.Episodes.EventsOf(1, "A|3");
        Assert.Equal(3, events.Count);
        Assert.All(events, e => Assert.Equal("A|3", e.VisitKey));
        tx.Episodes.Rename(1, "A|3", "A|1");
        Assert.Equal(["A|1", "A|1", "A|1"], new[] { "A|1", "A|2", "A|3" }.Select(k => tx.Episodes.Resolve(1, k)));
        Assert.Equal(3, tx.Episodes.EventsOf(1, "A|1").Count);
        return true;
    });

    [Fact]
    public async Task Episodes_and_signals_are_found_by_person_wherever_the_link_leads() => await Write(tx =>
    {
        var one = tx.People.Insert(RecordKind.Patient, 1, "p1", null, null, 1);
        var two = tx.People.Insert(RecordKind.Patient, 2, "p2", null, null, 1);
        var first = Summary("A|1", 1, At(1)) with { Record = one.Number };
        var later = Summary("B|1", 2, At(2)) with { Record = two.Number, Source = 2 };
        tx.Episodes.Save(first);
        tx.Episodes.Save(later);
        Assert.False(tx.Episodes.HasEnded(one.Person.Value));
        tx.Episodes.Save(first with { Episode = first.Episode with { End = At(1) } });
        Assert.True(tx.Episodes.HasEnded(one.Person.Value));
        Assert.False(tx.Episodes.HasEnded(two.Person.Value));
        var signal = new VisitSignal(VisitSignalKind.Return30Days, later.Encounter, first.Encounter, At(1), At(2));
        tx.Episodes.Save(two.Number, signal with { Begin = At(4) });
        tx.Episodes.Save(two.Number, signal);
        Assert.Equal([first.Encounter], tx.Episodes.OfPerson(one.Person.Value).Select(e => e.Encounter));
        Assert.Empty(tx.Episodes.SignalsOf(one.Person.Value));
        Assert.Equal(signal, Assert.Single(tx.Episodes.SignalsOf(two.Person.Value)));
        tx.People.Update(two with { Person = one.Person });
        Assert.Equal([later.Encounter, first.Encounter], tx.Episodes.OfPerson(one.Person.Value).Select(e => e.Encounter));
        Assert.Equal(signal, Assert.Single(tx.Episodes.SignalsOf(one.Person.Value)));
        tx.Episodes.Remove(signal with { Kind = VisitSignalKind.EdRevisit72Hours });
        tx.Episodes.Remove(signal);
        Assert.Empty(tx.Episodes.SignalsOf(one.Person.Value));
        return true;
    });

    [Fact]
    public async Task A_visit_hangs_from_the_moment_that_the_rule_says_until_it_is_closed() => await Write(tx =>
    {
        var open = Summary("A|1", 1, At(1));
        var closes = HangingRules.ClosesAt(open.Episode)!.Value;
        tx.Episodes.Save(open);
        tx.Episodes.Save(Summary("A|2", 1, At(20)));
        tx.Episodes.Hear(1, closes.AddDays(1));
        tx.Episodes.Hear(1, closes);
        tx.Episodes.Hear(2, closes);
        Assert.Empty(tx.Episodes.Hanging(closes.AddTicks(-1), 5));
        Assert.Equal(open.Encounter, Assert.Single(tx.Episodes.Hanging(closes, 5)).Encounter);
        Assert.Single(tx.Episodes.Hanging(closes.AddYears(1), 1));
        tx.Episodes.Save(open with { Episode = HangingRules.Close(open.Episode) });
        Assert.Empty(tx.Episodes.Hanging(closes, 5));
        return true;
    });

    [Fact]
    public async Task A_work_item_that_fails_leaves_no_event()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Write<bool>(tx =>
        {
            tx.Episodes.Add(1, Happened("A|1", 1));
            throw new InvalidOperationException();
        }));
        Assert.True(await Write(tx => tx.Episodes.Add(1, Happened("A|1", 1))));
    }

    private static string Text(Episode episode) => JsonSerializer.Serialize(episode, EpisodeJson.Default.Episode);

    private static Moment At(int day)
    {
        var instant = new DateTimeOffset(2026, 3, day, 8, 0, 0, TimeSpan.FromHours(-5));
        return new Moment(instant.ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture), instant);
    }

    private static EpisodeEvent Happened(string visit, int day) => new()
    {
        Order = new EventOrder(At(day).Instant, At(day).Instant, At(day).Instant, "C" + day, new Guid(day, 0, 0, new byte[8])),
        Entry = 100 + day,
        Trigger = "A01",
        At = At(day),
        VisitKey = visit,
        PatientKey = "MERCY|9",
        Class = new VisitClass("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP", "inpatient encounter"),
    };

    private static EpisodeSummary Summary(string visit, int source, Moment start) => new(
        FhirGateway.Contracts.PublishedId.Create("source-" + source, "Encounter", visit), source, 1, new Episode
        {
            Key = visit,
            VisitKey = visit,
            PatientKey = "MERCY|9",
            Status = Episode.InProgress,
            Start = start,
            Class = Happened(visit, 1).Class,
            Classes = [new ClassPeriod(Happened(visit, 1).Class, start, null)],
            Locations = [new LocationPeriod("MERCY|4N|401", "active", start, null)],
            Milestones = [new Milestone(MilestoneKind.Admit, start, new Guid(1, 0, 0, new byte[8]))],
            Latest = new EventOrder(start.Instant, start.Instant, start.Instant, "C1", new Guid(1, 0, 0, new byte[8])),
            LatestEntry = 5,
            Events = 1,
        });
}
