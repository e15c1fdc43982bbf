using FhirGateway.Contracts;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using static FhirGateway.Tests.Processing.VisitWorld;

namespace FhirGateway.Tests.Processing;

/// <summary>Nobody hears of a visit what is not his, however its messages come, numbers change and visits move.</summary>
public sealed class VisitDisclosureTests
{
    private const string Npi = "1245319599";
    private static readonly Agreement Routed = new() { Id = "g", Source = "hospital", Participant = "aco-one", Classes = DataClasses.Adt, RoutesToPcp = true };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_labelled_visit_stays_labelled_when_its_number_becomes_another_and_when_it_is_its_own_again(bool mergeFirst)
    {
        await using var world = await MergeWorld.StartAsync();
        var hidden = new VisitMessage("A01", "H1", Time(23)) { Mrn = "MR1", Visit = "V2", Vip = "VIP", Place = "SECRET^1^1", Admitted = Time(23) }.ToString();
        var merge = MergeWorld.Merge(1, 1, 15, "A50", rest: "|||V2^^^MERCY^VN", pv1: "PV1|1|I|4N^401^1||||||||||||||||V1^^^MERCY^VN\r");
        await world.SendAsync(mergeFirst ? [merge, MergeWorld.Visit(1), hidden] : [MergeWorld.Visit(1), hidden, merge]);
        await AssertHiddenAsync(world);
        await world.UndoAsync("MERCY|V2");
        await AssertHiddenAsync(world);
    }

    [Fact]
    public async Task A_label_goes_with_its_message_when_a_number_turns_out_to_be_used_twice()
    {
        await using var world = await StartAsync();
        VisitMessage Other(string trigger, string control, int day) =>
            new(trigger, control, Time(day)) { Mrn = "8", Name = "Stone^Bea", Born = "19610203", Admitted = Time(2), Discharged = trigger == "A03" ? Time(day) : "" };
        await world.SendAsync(
            Other("A01", "C1", 2), Other("A03", "C2", 3),
            new VisitMessage("A08", "C3", Time(20)) { Vip = "VIP", Admitted = Time(19) },
            new VisitMessage("A01", "C4", Time(19)) { Admitted = Time(19) });
        Assert.DoesNotContain(await world.ToldAsync(), e => e.Withdrawn is null && e.Type != EventTypes.Withdrawn("adt"));
    }

    [Fact]
    public async Task A_late_label_of_one_use_of_a_number_hides_that_use_and_no_other()
    {
        await using var world = await StartAsync();
        VisitMessage Other(string trigger, string control, int day) =>
            new(trigger, control, Time(day)) { Mrn = "8", Name = "Stone^Bea", Born = "19610203", Admitted = Time(2), Discharged = trigger == "A03" ? Time(day) : "" };
        await world.SendAsync(
            Other("A01", "C1", 2), Other("A03", "C2", 4), new VisitMessage("A01", "C3", Time(19)) { Admitted = Time(19) },
            Other("A08", "C4", 3) with { Vip = "VIP" });
        var labels = await world.LabelsAsync("V1");
        Assert.Equal(["Vip", ""], labels);
        await world.SendAsync(new VisitMessage("A03", "C5", Time(20)) { Admitted = Time(19), Discharged = Time(20) });
        Assert.Contains(EventTypes.AdtDischarge, await world.TypesAsync());
    }

    [Fact]
    public async Task The_end_of_a_stay_is_not_told_by_a_return_to_who_may_not_have_the_visit_that_ended_it()
    {
        await using var world = await StartAsync();
        await world.SendAsync(
            new VisitMessage("A01", "C1", Time(16)) { Admitted = Time(16) },
            new VisitMessage("A03", "C2", Time(18)) { Admitted = Time(16), Discharged = Time(18), Disposition = "02" },
            new VisitMessage("A01", "C3", Time(18, 10)) { Visit = "V2", Admitted = Time(18, 10), Vip = "VIP" },
            new VisitMessage("A03", "C4", Time(20)) { Visit = "V2", Admitted = Time(18, 10), Discharged = Time(20), Disposition = "01" },
            new VisitMessage("A01", "C5", Time(28)) { Visit = "V3", Admitted = Time(28) });
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtDischarge, EventTypes.AdtAdmit], await world.TypesAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_primary_care_that_a_visit_names_is_the_same_in_whatever_order_its_messages_come(bool isLate)
    {
        await using var world = await StartAsync(onPanel: false);
        await RouteAsync(world.Gateway);
        var naming = Naming(new VisitMessage("A01", "C1", Time(16)) { Admitted = Time(16) }.ToString());
        var leave = new VisitMessage("A03", "C2", Time(18)) { Admitted = Time(16), Discharged = Time(18), Disposition = "01" }.ToString();
        foreach (var message in isLate ? [leave, naming] : new[] { naming, leave })
        {
            await world.Gateway.AdtAsync(message);
            await world.Gateway.DrainAsync();
        }

        Assert.Equal("finished", (await world.ToldAsync())[^1].Adt!.Status);
    }

    [Fact]
    public async Task A_visit_that_moves_does_not_go_to_the_primary_care_of_the_patient_whose_it_was_not()
    {
        await using var world = await MergeWorld.StartAsync();
        await RouteAsync(world.Gateway);
        await world.SendAsync(MergeWorld.Visit(3), Naming(MergeWorld.Visit(4)));
        Assert.Equal([EventTypes.AdtAdmit], (await world.ToldAsync()).Select(e => e.Type));
        await world.SendAsync(MergeWorld.Merge(4, 3, 12, "A45", rest: "|||V4^^^MERCY^VN", pv1: "PV1|1|I|4N^401^1||||||||||||||||V4^^^MERCY^VN\r"));
        var told = await world.ToldAsync();
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.Withdrawn("adt")], told.Select(e => e.Type));
        Assert.NotNull(told[0].Withdrawn);
        await world.SendAsync(MergeWorld.Visit(3, "A08", 13, visit: "V4"));
        Assert.Equal(2, (await world.ToldAsync()).Count);
    }

    private static async Task RouteAsync(TestGateway gateway)
    {
        Assert.Null(await gateway.Engine.Registry.SaveAsync(gateway.Aco with { ProviderNpis = [Npi] }, "test", default));
        Assert.Null(await gateway.Engine.Registry.SaveAsync(Routed, "test", default));
    }

    private static string Naming(string message) => message.Replace("PV1|1|", $"PD1||||{Npi}^Grey^Mel^^^^^^NPI\rPV1|1|", StringComparison.Ordinal);

    private static async Task AssertHiddenAsync(MergeWorld world)
    {
        Assert.DoesNotContain(await world.ToldAsync(), e => e.Data?.GetRawText().Contains("SECRET", StringComparison.Ordinal) == true);
    }
}
