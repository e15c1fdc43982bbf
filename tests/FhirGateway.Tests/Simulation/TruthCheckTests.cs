using FhirGateway.Contracts;
using FhirGateway.Simulation.Checks;
using FhirGateway.Simulation.Hospital;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Tests.Simulation;

public sealed class TruthCheckTests
{
    private readonly World world = SimulatedWorlds.Create();
    private readonly HospitalScript hospital;
    private readonly WorldTruth truth;

    public TruthCheckTests()
    {
        hospital = new HospitalScript(world);
        truth = WorldTruth.Of(world, hospital);
    }

    [Fact]
    public void Participants_who_received_the_truth_pass()
    {
        var report = new TruthCheck(truth).Run(SimulatedWorlds.PerfectLedgers(truth), SimulatedWorlds.AllAccepted(hospital));
        Assert.True(report.IsRight, report.ToString());
        Assert.Equal(TimeSpan.FromMilliseconds(40), report.AdtLatency.P99);
        Assert.Equal(8, report.Streams.Length);
        Assert.All(report.Streams, s => Assert.True(s.Received >= s.Expected && s.Expected > 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_keys_of_one_person_may_become_one_and_those_of_two_people_may_not(bool isSamePerson)
    {
        var ledgers = SimulatedWorlds.PerfectLedgers(truth).ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal);
        var ledger = ledgers[Cast.AcoEast];
        var last = ledger.Last(e => e is { Stream: StreamNames.Claims, Person: not null });
        var other = isSamePerson ? "a key of nothing else" : ledger.First(e => e.Person is { } person && person != last.Person).Person;
        var merged = last with { Sequence = ledger.Where(e => e.Stream == StreamNames.Claims).Max(e => e.Sequence) + 1, Id = "merge", Type = EventTypes.PersonMerged, Person = other, Survivor = last.Person };
        ledgers[Cast.AcoEast] = ledger.Add(merged);
        var report = new TruthCheck(truth).Run(ledgers, SimulatedWorlds.AllAccepted(hospital));
        Assert.Equal(isSamePerson, report.IsRight);
        Assert.Equal(isSamePerson ? [] : [FindingKind.PersonKey], report.Findings.Select(f => f.Kind));
    }

    [Theory]
    [InlineData(Sabotage.DropOne, FindingKind.Missing)]
    [InlineData(Sabotage.GiveOneToTheOther, FindingKind.Foreign)]
    [InlineData(Sabotage.RepeatOne, FindingKind.Doubled)]
    public void Every_saboteur_is_caught_by_what_it_did(Sabotage sabotage, FindingKind kind)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var ledgers = Saboteur.Apply(sabotage, SimulatedWorlds.PerfectLedgers(truth), seed);
            var report = new TruthCheck(truth).Run(ledgers, SimulatedWorlds.AllAccepted(hospital));
            Assert.Equal(1, report.Count(kind));
            Assert.Equal(0, report.Count(FindingKind.Gap));
        }
    }

    [Fact]
    public void A_lost_entry_is_a_gap_and_missing()
    {
        var ledgers = SimulatedWorlds.PerfectLedgers(truth);
        var victim = ledgers[Cast.AcoEast].First(e => e.Stream == StreamNames.Clinical);
        ledgers[Cast.AcoEast] = ledgers[Cast.AcoEast].Remove(victim);
        var report = new TruthCheck(truth).Run(ledgers, null);
        Assert.Equal((1, 1), (report.Count(FindingKind.Gap), report.Count(FindingKind.Missing)));
    }

    [Fact]
    public void An_event_that_belongs_to_nobody_is_unexpected()
    {
        var ledgers = SimulatedWorlds.PerfectLedgers(truth);
        var entry = ledgers[Cast.AcoWest].Last(e => e.Stream == StreamNames.Claims);
        ledgers[Cast.AcoWest] = ledgers[Cast.AcoWest].Add(entry with { Sequence = entry.Sequence + 1, Id = "x", ResourceId = Guid.Empty.ToString() });
        Assert.Equal(1, new TruthCheck(truth).Run(ledgers, null).Count(FindingKind.Unexpected));
    }

    [Fact]
    public void A_person_key_of_two_people_and_a_key_known_to_both_participants_are_found()
    {
        var ledgers = SimulatedWorlds.PerfectLedgers(truth);
        var east = ledgers[Cast.AcoEast];
        ledgers[Cast.AcoEast] = [.. east.Select(e => e.Person is null ? e : e with { Person = "same" })];
        Assert.True(new TruthCheck(truth).Run(ledgers, null).Count(FindingKind.PersonKey) > 0);
        var shared = SimulatedWorlds.PerfectLedgers(truth).ToDictionary(l => l.Key, l => l.Value.Select(e => e with { Person = e.Person?[(e.Person.LastIndexOf('-') + 1)..] }).ToList());
        Assert.True(new TruthCheck(truth).Run(shared.ToDictionary(l => l.Key, l => (System.Collections.Immutable.ImmutableArray<FhirGateway.Simulation.Participants.ReceivedEntry>)[.. l.Value]), null).Count(FindingKind.PersonKey) > 0);
    }

    [Fact]
    public void Events_of_messages_that_were_never_accepted_are_not_expected()
    {
        var ledgers = SimulatedWorlds.PerfectLedgers(truth);
        var unsent = ledgers[Cast.AcoEast].Last(e => e.Stream == StreamNames.Adt);
        foreach (var name in ledgers.Keys)
            ledgers[name] = Renumber([.. ledgers[name].Where(e => e.SourceMessageId != unsent.SourceMessageId)]);
        var accepted = SimulatedWorlds.AllAccepted(hospital);
        accepted.RemoveAll(m => m.ControlId == unsent.SourceMessageId);
        Assert.True(new TruthCheck(truth).Run(ledgers, accepted).IsRight);
        accepted.Add(new SentMessage(unsent.SourceMessageId!, "A08", "AR", default, default, 3, []));
        Assert.Equal(1, new TruthCheck(truth).Run(ledgers, accepted).Count(FindingKind.NotAccepted));
    }

    private static System.Collections.Immutable.ImmutableArray<FhirGateway.Simulation.Participants.ReceivedEntry> Renumber(System.Collections.Immutable.ImmutableArray<FhirGateway.Simulation.Participants.ReceivedEntry> entries)
    {
        var next = new Dictionary<string, long>();
        return [.. entries.Select(e => e with { Sequence = next[e.Stream] = next.GetValueOrDefault(e.Stream) + 1 })];
    }
}
