using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.People;
using FhirGateway.Processing;
using static FhirGateway.Tests.Processing.MergeWorld;

namespace FhirGateway.Tests.Processing;

/// <summary>Merges, links and moves through the whole pipeline and the real store.</summary>
public sealed class MergeTests
{
    [Fact]
    public async Task A_merge_makes_one_human_of_two_moves_the_visits_and_tells_who_follows_either()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Visit(1), Visit(2), Merge(2, 1, 12));
        Assert.Contains("PanelP1=PanelP2=PatientMERCY|MR1=PatientMERCY|MR2", await world.ShapeAsync(), StringComparison.Ordinal);
        var told = await world.ToldAsync();
        var merge = Assert.Single(told, e => e.Type == EventTypes.AdtMerge);
        Assert.Equal((Key(1), Key(2), "A40"), (merge.Adt!.Survivor, merge.Adt.Retired, merge.Adt.Trigger));
        Assert.Contains(told, e => e.Type == EventTypes.PersonMerged);
        var patients = Patients(merge);
        Assert.Equal([("replaces", Id(2))], Links(patients[Id(1)]));
        Assert.Equal([("replaced-by", Id(1))], Links(patients[Id(2)]));
        Assert.False(patients[Id(2)].GetProperty("active").GetBoolean());
        var visit = told.Last(e => e.Adt?.Episode == PublishedId.Create("hospital", "Encounter", "MERCY|V2").ToString("D"));
        Assert.Equal(EventTypes.AdtUpdate, visit.Type);
        Assert.Contains($"\"subject\":{{\"reference\":\"urn:uuid:{Id(1)}\"", visit.Data!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(told, e => e.Withdrawn is not null);
        Assert.Single(told.Where(e => e.Type is not EventTypes.PersonMerged).Select(e => e.Person).TakeLast(2).Distinct());
    }

    [Fact]
    public async Task What_comes_later_under_the_retired_number_is_the_survivors()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Visit(1), Visit(2), Merge(2, 1, 12), Visit(2, "A03", 13), Visit(2, "A01", 14, visit: "V3"));
        var shape = await world.ShapeAsync();
        Assert.Contains("V2 is MERCY|MR1's", shape, StringComparison.Ordinal);
        Assert.Contains("V3 is MERCY|MR1's", shape, StringComparison.Ordinal);
        var told = await world.ToldAsync();
        Assert.Contains(told, e => e.Type == EventTypes.AdtDischarge && e.Withdrawn is null);
        Assert.Contains("\"replaces\"", told[^1].Data!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S_08_a_merge_that_is_sent_again_changes_nothing()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Visit(1), Visit(2), Merge(2, 1, 12));
        var (shape, told) = (await world.ShapeAsync(), (await world.ToldAsync()).Count);
        await world.SendAsync(Merge(2, 1, 12));
        Assert.Equal(told, (await world.ToldAsync()).Count);
        await world.SendAsync(Merge(2, 1, 12, control: "again"));
        await world.Gateway.RestartAsync();
        await world.SendAsync(Merge(2, 1, 12, control: "and-again"));
        Assert.Equal(shape, await world.ShapeAsync());
        Assert.Equal(told, (await world.ToldAsync()).Count);
        Assert.Empty(world.Held);
    }

    [Fact]
    public async Task Any_order_of_arrival_ends_in_the_same_links_and_visits()
    {
        string[] story =
        [
            Visit(1), Visit(2), Visit(3), Visit(4), Visit(2, "A03", 11), Visit(5),
            Merge(2, 1, 12), Merge(1, 3, 13), Merge(4, 5, 14, "A24"), Merge(3, 2, 15), Visit(2, "A08", 16),
        ];
        await using var straight = await StartAsync();
        await straight.SendAsync(story);
        var shape = await straight.ShapeAsync();
        Assert.Equal(1, straight.Held[ReasonCodes.MergeReversed]);
        for (var seed = 1; seed <= 6; seed++)
        {
            var shuffled = (string[])[.. story];
            new Random(seed).Shuffle(shuffled);
            await using var world = await StartAsync();
            await world.SendAsync(shuffled);
            Assert.True(shape == await world.ShapeAsync(), $"seed {seed}\n{shape}\n--\n{await world.ShapeAsync()}");
            Assert.Equal(1, world.Held[ReasonCodes.MergeReversed]);
            Assert.Empty(world.Gateway.Engine.VerifyAudit(null).Faults);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_merge_that_is_undone_leaves_what_would_be_without_it(int seed)
    {
        string[] story = [Visit(1), Visit(2), Visit(3), Merge(3, 1, 13), Visit(2, "A03", 14), Visit(3, "A03", 15)];
        await using var without = await StartAsync();
        await without.SendAsync(story);
        await using var world = await StartAsync();
        var at = seed + 1;
        await world.SendAsync([.. story[..at], Merge(2, 1, 12), .. story[at..]]);
        Assert.NotEqual(await without.ShapeAsync(), await world.ShapeAsync());
        await world.UndoAsync(Key(2));
        Assert.Equal(await without.ShapeAsync(), await world.ShapeAsync());
    }

    [Fact]
    public async Task Undone_what_was_told_under_the_wrong_person_is_withdrawn_and_told_anew()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Visit(1), Visit(2), Merge(2, 1, 12));
        await world.UndoAsync(Key(2));
        var told = await world.ToldAsync();
        var merge = Assert.Single(told, e => e.Type == EventTypes.AdtMerge);
        Assert.NotNull(merge.Withdrawn);
        Assert.Contains(told, e => e.Type == EventTypes.Withdrawn("adt") && e.Data!.Value.GetRawText().Contains(ReasonCodes.WrongPerson, StringComparison.Ordinal));
        var encounter = PublishedId.Create("hospital", "Encounter", "MERCY|V2").ToString("D");
        var standing = told.Where(e => e.Adt?.Episode == encounter && e.Withdrawn is null).ToList();
        Assert.NotEmpty(standing);
        Assert.All(standing, e => Assert.Contains($"\"subject\":{{\"reference\":\"urn:uuid:{Id(2)}\"", e.Data!.Value.GetRawText(), StringComparison.Ordinal));
        Assert.DoesNotContain(standing, e => told.Any(o => o.Adt?.Episode != encounter && o.Withdrawn is null && o.Adt is not null && o.Person == e.Person));
        await world.SendAsync(Merge(2, 1, 20));
        Assert.Equal(1, world.Held[ReasonCodes.MergeReversed]);
        Assert.DoesNotContain("leads to", await world.ShapeAsync(), StringComparison.Ordinal);
        Assert.Empty(world.Gateway.Engine.VerifyAudit(null).Faults);
    }

    [Fact]
    public async Task A_merge_is_withdrawn_whoever_the_survivor_became_since()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Visit(1), Visit(2), Visit(3), Merge(2, 1, 12), Merge(1, 3, 13));
        await world.UndoAsync(Key(2));
        var merges = (await world.ToldAsync()).Where(e => e.Type == EventTypes.AdtMerge).ToList();
        Assert.Contains(merges, e => e.Withdrawn is not null);
        Assert.DoesNotContain(merges, e => e.Adt?.Retired == Key(2) && e.Withdrawn is null);
        Assert.Contains(merges, e => e.Adt?.Retired == Key(1) && e.Withdrawn is null);
    }

    [Fact]
    public async Task Parted_by_the_hospital_and_merged_again_is_told_again()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Visit(1), Visit(2), Merge(2, 1, 12), Merge(2, 1, 13, "A37"), Merge(2, 1, 14));
        Assert.Contains("MERCY|MR2 leads to MERCY|MR1", await world.ShapeAsync(), StringComparison.Ordinal);
        var merges = (await world.ToldAsync()).Where(e => e.Type == EventTypes.AdtMerge);
        Assert.Equal(["withdrawn", "A37", "A40"], merges.Select(e => e.Withdrawn is null ? e.Adt!.Trigger : "withdrawn"));
    }

    [Fact]
    public async Task What_was_said_under_a_number_that_turns_out_to_be_anothers_is_nobodys_content()
    {
        await using var world = await StartAsync();
        var update = Visit(2, "A31", 13);
        await world.SendAsync(Visit(1), Visit(2), Merge(2, 1, 12), update[..update.IndexOf("PV1|", StringComparison.Ordinal)]);
        Assert.Contains(await world.ToldAsync(), IsUpdateOfBeaAsAda);
        await world.UndoAsync(Key(2));
        Assert.DoesNotContain(await world.ToldAsync(), IsUpdateOfBeaAsAda);
        var own = Visit(1, "A31", 14);
        await world.SendAsync(own[..own.IndexOf("PV1|", StringComparison.Ordinal)]);
        Assert.Contains("Ada", (await world.ToldAsync())[^1].Data!.Value.GetRawText(), StringComparison.Ordinal);

        static bool IsUpdateOfBeaAsAda(StreamEntry told) =>
            told is { Withdrawn: null, Type: EventTypes.AdtUpdate, Data: { } data, Adt.Episode: null } && data.GetRawText().Contains("Bea", StringComparison.Ordinal)
            && data.GetRawText().Contains(Id(1).ToString("D"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_follows_one_of_two_that_were_never_one_keeps_nothing_of_the_other()
    {
        await using var world = await StartAsync(2);
        await world.SendAsync(Visit(1), Visit(2));
        Assert.DoesNotContain(await world.ToldAsync(), IsOfAda);
        await world.SendAsync(Merge(2, 1, 12), Visit(1, "A03", 13));
        Assert.Contains(await world.ToldAsync(), IsOfAda);
        await world.UndoAsync(Key(2));
        var told = await world.ToldAsync();
        Assert.DoesNotContain(told, IsOfAda);
        Assert.Contains(told, e => e is { Withdrawn: null, Data: { } data } && data.GetRawText().Contains("Bea", StringComparison.Ordinal));
        await world.SendAsync(Visit(1, "A08", 14));
        Assert.DoesNotContain(await world.ToldAsync(), IsOfAda);

        static bool IsOfAda(StreamEntry told) =>
            told is { Withdrawn: null, Data: { } data } && data.GetRawText().Contains("Ada", StringComparison.Ordinal);
    }

    [Fact]
    public async Task However_much_came_together_an_operator_takes_one_away()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Visit(1), Visit(2), Merge(2, 1, 12));
        var first = await world.Gateway.Engine.Store.WriteAsync(StateLane.Messages, tx =>
        {
            var note = Assert.Single(tx.Merges.Of(world.Gateway.Hospital.Number, MergeSpace.Patients, Key(2)));
            for (var i = 0; i < 500; i++)
                tx.Merges.Add(note with { Number = 0, Retired = $"MERCY|X{i}", Verdict = MergeVerdict.Doubtful, State = MergeState.Kept, Held = null });
            return note;
        }, default);
        await world.SendAsync(Merge(3, 1, 14));
        Assert.Equal(1, world.Held[ReasonCodes.MergeDoubtful]);
        await world.SendAsync(Visit(2, "A08", 15, born: "19490101"));
        await world.UndoAsync(MergeControl.IdOf(first));
        Assert.DoesNotContain("leads to", await world.ShapeAsync(), StringComparison.Ordinal);
        Assert.Equal(1, world.Held[ReasonCodes.MergeDoubtful]);
    }

    [Fact]
    public async Task A_merge_back_is_held_until_an_operator_decides()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Visit(1), Visit(2), Merge(2, 1, 12));
        var shape = await world.ShapeAsync();
        await world.SendAsync(Merge(1, 2, 13));
        Assert.Equal(shape, await world.ShapeAsync());
        Assert.Equal(1, world.Held[ReasonCodes.MergeReversed]);
        Assert.Equal(ReasonCodes.MergeReversed, world.Outcomes()[^1]);
        await world.ReleaseAsync(Key(1));
        Assert.Empty(world.Held);
        var turned = await world.ShapeAsync();
        Assert.Contains("MERCY|MR1 leads to MERCY|MR2", turned, StringComparison.Ordinal);
        Assert.Contains("V1 is MERCY|MR2's", turned, StringComparison.Ordinal);
        Assert.DoesNotContain("MERCY|MR2 leads", turned, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_held_stays_held_when_the_other_is_undone()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Visit(1), Visit(2), Merge(2, 1, 12), Merge(1, 2, 13));
        await world.UndoAsync(Key(2));
        Assert.Equal(1, world.Held[ReasonCodes.MergeReversed]);
        Assert.DoesNotContain("leads to", await world.ShapeAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A40", false)]
    [InlineData("A40", true)]
    [InlineData("A24", false)]
    public async Task A_newborn_never_becomes_its_mother(string trigger, bool mergeFirst)
    {
        await using var world = await StartAsync();
        var (mother, newborn, merge) = (Visit(1, born: "19900517"), Visit(2, born: "20260610"), Merge(2, 1, 12, trigger, born: "19900517"));
        await world.SendAsync(mergeFirst ? [merge, mother, newborn] : trigger is "A24" ? [mother, newborn, merge.Replace("Stone^Bea||19500517", "Stone^Bea||20260610", StringComparison.Ordinal)] : [mother, newborn, merge]);
        var shape = await world.ShapeAsync();
        Assert.DoesNotContain("PatientMERCY|MR1=PatientMERCY|MR2", shape, StringComparison.Ordinal);
        Assert.Contains("V2 is MERCY|MR2's", shape, StringComparison.Ordinal);
        Assert.Equal(1, world.Held[ReasonCodes.MergeDoubtful]);
    }

    [Fact]
    public async Task Linked_patients_are_one_human_with_visits_of_their_own_and_part_again()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Visit(1), Visit(2), Merge(2, 1, 12, "A24"));
        var linked = await world.ShapeAsync();
        Assert.Contains("PatientMERCY|MR1=PatientMERCY|MR2", linked, StringComparison.Ordinal);
        Assert.Contains("V2 is MERCY|MR2's", linked, StringComparison.Ordinal);
        await world.SendAsync(Merge(2, 1, 13, "A37"));
        Assert.DoesNotContain("PatientMERCY|MR1=PatientMERCY|MR2", await world.ShapeAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_visit_that_moves_is_the_other_patients_and_he_stays_another_human(bool moveFirst)
    {
        await using var world = await StartAsync();
        var move = Merge(2, 1, 12, "A45", rest: "|||V2^^^MERCY^VN", pv1: "PV1|1|I|4N^401^1||||||||||||||||V2^^^MERCY^VN\r");
        var moved = Visit(2) + "IN1|1|P1|77|Bluesky Mutual|||||||||||||Stone^Otto\r";
        await world.SendAsync(moveFirst ? [move, Visit(1), moved] : [Visit(1), moved, move]);
        var shape = await world.ShapeAsync();
        Assert.Contains("V2 is MERCY|MR1's", shape, StringComparison.Ordinal);
        Assert.DoesNotContain("PatientMERCY|MR1=PatientMERCY|MR2", shape, StringComparison.Ordinal);
        var encounter = PublishedId.Create("hospital", "Encounter", "MERCY|V2").ToString("D");
        var told = (await world.ToldAsync()).Where(e => e.Adt?.Episode == encounter && e.Withdrawn is null).ToList();
        Assert.NotEmpty(told);
        foreach (var other in (string[])["Bea", "Otto", "Bluesky", $"urn:uuid:{Id(2)}"])
            Assert.All(told, e => Assert.DoesNotContain(other, e.Data!.Value.GetRawText(), StringComparison.Ordinal));
        Assert.Contains("Ada", told[^1].Data!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_move_between_two_others_that_is_undone_gives_the_visits_back()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Visit(1), Visit(2), Visit(3), Merge(1, 2, 12, "A43"), Merge(2, 3, 13, "A43"));
        Assert.Contains("V1 is MERCY|MR3's", await world.ShapeAsync(), StringComparison.Ordinal);
        await world.UndoAsync(Key(1));
        Assert.Contains("V1 is MERCY|MR1's", await world.ShapeAsync(), StringComparison.Ordinal);
        Assert.Contains("V2 is MERCY|MR3's", await world.ShapeAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_visit_numbers_become_one_visit(bool mergeFirst)
    {
        await using var world = await StartAsync();
        var merge = Merge(1, 1, 12, "A50", rest: "|||V2^^^MERCY^VN", pv1: "PV1|1|I|4N^401^1||||||||||||||||V1^^^MERCY^VN\r");
        string[] visits = [Visit(1), Visit(1, "A03", 11, visit: "V2")];
        await world.SendAsync(mergeFirst ? [merge, .. visits] : [.. visits, merge]);
        var shape = await world.ShapeAsync();
        Assert.Contains("V1 is", shape, StringComparison.Ordinal);
        Assert.DoesNotContain("V2 is", shape, StringComparison.Ordinal);
        Assert.Contains(await world.ToldAsync(), e => e.Type == EventTypes.AdtDischarge && e.Withdrawn is null);
        await world.UndoAsync("MERCY|V2");
        Assert.Contains("V2 is", await world.ShapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_that_changes_takes_everything_along()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Visit(1), Merge(1, 3, 12, "A47").Replace("Wood^Cid", "Moore^Ada", StringComparison.Ordinal), Visit(3, "A03", 13, visit: "V1").Replace("Wood^Cid", "Moore^Ada", StringComparison.Ordinal));
        var shape = await world.ShapeAsync();
        Assert.Contains("MERCY|MR1 leads to MERCY|MR3", shape, StringComparison.Ordinal);
        Assert.Contains("V1 is MERCY|MR3's", shape, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_without_merges_is_asked_for_none_and_an_unknown_name_is_said()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Visit(1));
        Assert.False(await world.Gateway.Engine.Store.WriteAsync(StateLane.Messages, tx => tx.Merges.Any(world.Gateway.Hospital.Number), default));
        var steered = await world.Gateway.Engine.Merges.UndoAsync(world.Gateway.Hospital, Key(1), "test", default);
        Assert.False(steered.IsDone);
        Assert.DoesNotContain("MR1", steered.Text, StringComparison.Ordinal);
        await world.SendAsync(Merge(2, 1, 12));
        var listed = Assert.Single(await world.Gateway.Engine.Merges.ListAsync(null, onlyHeld: false, 10, "test", default));
        Assert.False((await world.Gateway.Engine.Merges.ReleaseAsync(world.Gateway.Hospital, MergeControl.IdOf(listed), "test", default)).IsDone);
        Assert.True((await world.Gateway.Engine.Merges.UndoAsync(world.Gateway.Hospital, MergeControl.IdOf(listed), "test", default)).IsDone);
    }

    private static Guid Id(int patient) => PublishedId.Create("hospital", "Patient", Key(patient));

    private static Dictionary<Guid, JsonElement> Patients(StreamEntry entry) =>
        entry.Data!.Value.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource"))
            .Where(r => r.GetProperty("resourceType").GetString() == "Patient").ToDictionary(r => r.GetProperty("id").GetGuid());

    private static IEnumerable<(string, Guid)> Links(JsonElement patient) =>
        patient.GetProperty("link").EnumerateArray().Select(l =>
            (l.GetProperty("type").GetString()!, Guid.Parse(l.GetProperty("other").GetProperty("reference").GetString()!["urn:uuid:".Length..])));
}
