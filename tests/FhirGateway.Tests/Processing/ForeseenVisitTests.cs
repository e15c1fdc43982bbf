using FhirGateway.Episodes;
using FhirGateway.Normalization;
using FhirGateway.Processing;
using static FhirGateway.Tests.Processing.VisitWorld;

namespace FhirGateway.Tests.Processing;

/// <summary>What was foreseen of a visit is taken where it came so, and only there.</summary>
public sealed class ForeseenVisitTests
{
    private static readonly VisitMessage Arrival = new("A04", "C1", Time(16)) { Class = "E", Place = "ED^1^1", Admitted = Time(16) };
    private static readonly VisitMessage Admission = new("A06", "C2", Time(16, 14)) { Admitted = Time(16), Prior = "ED^1^1" };
    private static readonly VisitMessage Discharge = new("A03", "C3", Time(18)) { Admitted = Time(16), Discharged = Time(18), Disposition = "01" };

    [Fact]
    public async Task What_came_as_it_was_foreseen_is_not_converted_again()
    {
        await using var gateway = await TestGateway.StartAsync();
        var items = await StageAsync(gateway, Arrival, Admission, Discharge);
        var again = await WriteAsync(gateway, items);
        Assert.Equal(0, again);
        Assert.Equal(Episode.Finished, (await VisitAsync(gateway)).Status);
        Assert.Equal(items[2].Events[0].Hash, await HashAsync(gateway));
    }

    [Fact]
    public async Task Where_something_else_happened_in_between_the_visit_is_as_it_would_have_been()
    {
        await using var straight = await TestGateway.StartAsync();
        await WriteAsync(straight, await StageAsync(straight, Arrival, Admission, Discharge));
        await using var gateway = await TestGateway.StartAsync();
        var items = await StageAsync(gateway, Arrival, Discharge);
        await WriteAsync(gateway, [items[0]]);
        // Nobody foresaw the admission when the discharge was staged.
        await WriteAsync(gateway, await StageAsync(gateway, Admission));
        Assert.Equal(1, await WriteAsync(gateway, [items[1]]));
        Assert.Equal(Facts(await VisitAsync(straight)), Facts(await VisitAsync(gateway)));
        Assert.Equal(await HashAsync(straight), await HashAsync(gateway));
    }

    [Fact]
    public async Task An_event_that_is_read_otherwise_by_now_is_not_taken_as_it_was()
    {
        await using var gateway = await TestGateway.StartAsync();
        var items = await StageAsync(gateway, Arrival, Admission);
        await WriteAsync(gateway, [items[0]]);
        var arrival = items[0].Expected!.Events[0].Value;
        await gateway.Engine.Store.WriteAsync(StateLane.Messages, tx =>
        {
            tx.Episodes.Replace(gateway.Hospital.Number, arrival with { AdmitSource = "nursing" });
            return true;
        }, default);
        Assert.Equal(1, await WriteAsync(gateway, [items[1]]));
        Assert.Equal("nursing", (await VisitAsync(gateway)).AdmitSource);
    }

    private static async Task<List<MessageItem>> StageAsync(TestGateway gateway, params VisitMessage[] sent)
    {
        using var staged = new StagedMessages(gateway.Hospital);
        using var workers = new StageWorkers(2);
        return [.. (await new BatchStage(staged.Messages, gateway.Engine.Reader, workers).RunAsync(staged.Entries(sent))).OfType<MessageItem>()];
    }

    /// <summary>Writes them; returns how many were converted again.</summary>
    private static async Task<int> WriteAsync(TestGateway gateway, IEnumerable<MessageItem> items)
    {
        var again = 0;
        foreach (var item in items)
        {
            var counted = item with
            {
                Again = known =>
                {
                    again++;
                    return item.Again!(known);
                },
            };
            await gateway.Engine.Store.WriteAsync(StateLane.Messages, tx =>
            {
                var publisher = new Publisher(tx, gateway.Engine.Organizations.Value, gateway.Engine.Bodies, gateway.Clock.Now);
                new MessageWriter(tx, publisher, gateway.Engine.Organizations.Value, _ => null, gateway.Clock.Now).Write(counted);
                return true;
            }, default);
        }

        return again;
    }

    private static Task<Episode> VisitAsync(TestGateway gateway) => gateway.Engine.Store.WriteAsync(
        StateLane.Messages, tx => Assert.Single(tx.Episodes.Find(gateway.Hospital.Number, "MERCY|V1")).Episode, default);

    private static Task<ContentHash> HashAsync(TestGateway gateway) => gateway.Engine.Store.WriteAsync(
        StateLane.Messages,
        tx => tx.Resources.Find(Assert.Single(tx.Episodes.Find(gateway.Hospital.Number, "MERCY|V1")).Encounter, adt: true)!.Hash, default);

    private static object Facts(Episode e) =>
        (e.Status, e.Start, e.End, e.Class, e.Disposition, string.Join(' ', e.Milestones.Select(m => m.Name)), string.Join(' ', e.Classes.Select(c => c.Class.Code)));
}
