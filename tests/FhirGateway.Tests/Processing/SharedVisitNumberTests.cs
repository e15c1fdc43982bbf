using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Processing;
using static FhirGateway.Tests.Processing.MergeWorld;

namespace FhirGateway.Tests.Processing;

/// <summary>What is told where a visit number is used for two patients at once.</summary>
public sealed class SharedVisitNumberTests
{
    private static readonly string[] Both = [Visit(1), Visit(2, day: 12, visit: "V1"), Visit(2, "A03", 14, visit: "V1")];

    [Fact]
    public async Task Each_patients_admission_is_told_as_such_and_takes_nothing_from_the_others()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Both);
        var told = await world.ToldAsync();
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtAdmit, EventTypes.AdtDischarge], told.Select(e => e.Type));
        Assert.All(told, e => Assert.Null(e.Withdrawn));
        Assert.Equal((told[1].Person, told[1].Adt!.Episode), (told[2].Person, told[2].Adt!.Episode));
        Assert.NotEqual((told[0].Person, told[0].Adt!.Episode), (told[1].Person, told[1].Adt!.Episode));
        Assert.Equal([(Key(1), Episode.InProgress), (Key(2), Episode.Finished)], await VisitsAsync(world));
    }

    [Fact]
    public async Task The_visits_are_the_same_whichever_message_comes_first()
    {
        await using var world = await StartAsync();
        await world.SendAsync([.. Both.Reverse()]);
        Assert.Equal([(Key(1), Episode.InProgress), (Key(2), Episode.Finished)], await VisitsAsync(world));
        Assert.Equal(2, (await world.ToldAsync()).Count(e => e.Type == EventTypes.AdtAdmit && e.Withdrawn is null));
    }

    [Fact]
    public async Task Where_the_two_turn_out_to_be_one_it_is_one_visit_until_that_is_taken_back()
    {
        await using var world = await StartAsync();
        await world.SendAsync([.. Both, Merge(2, 1, 16)]);
        Assert.Single(await VisitsAsync(world));
        await world.UndoAsync(Key(2));
        Assert.Equal([(Key(1), Episode.InProgress), (Key(2), Episode.Finished)], await VisitsAsync(world));
    }

    private static Task<List<(string Patient, string Status)>> VisitsAsync(MergeWorld world) => world.Gateway.Engine.Store.WriteAsync(
        StateLane.Messages,
        tx => tx.Episodes.Find(world.Gateway.Hospital.Number, "MERCY|V1").Select(s => (s.Episode.PatientKey, s.Episode.Status)).Order().ToList(),
        default);
}
