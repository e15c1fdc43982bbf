using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Processing;
using static FhirGateway.Tests.Processing.VisitWorld;

namespace FhirGateway.Tests.Processing;

/// <summary>Closing by rule, where some visits cannot be closed.</summary>
public sealed class HangingVisitsTests
{
    /// <summary>Nobody is configured under it: whatever is done with its visits fails.</summary>
    private const int NoSource = 999;

    [Theory]
    [InlineData(1)]
    [InlineData(25)]
    public async Task Visits_that_cannot_be_closed_hold_up_no_other(int failing)
    {
        await using var world = await StartAsync();
        await world.SendAsync(new VisitMessage("A01", "C1", Time(16)) { Admitted = Time(16) }, new VisitMessage("A01", "C2", Time(17)) { Admitted = Time(17), Visit = "V2" });
        var visits = world.Gateway.Engine.HangingVisits;
        var closes = HangingRules.ClosesAt(await world.VisitAsync("V2"))!.Value;
        await BreakAsync(world, failing);
        world.Gateway.Clock.Now = closes.AddDays(31);
        for (var steps = 0; await visits.StepAsync(default); steps++)
            Assert.True(steps <= failing, "it goes on for ever");
        Assert.True((await world.VisitAsync("V1")).IsClosedByRule);
        Assert.True((await world.VisitAsync("V2")).IsClosedByRule);
        Assert.Equal(failing, await HangingAsync(world));
        Assert.Equal(2, (await world.TypesAsync()).Count(t => t == EventTypes.AdtUpdate));
        Assert.False(await visits.StepAsync(default));
    }

    [Fact]
    public async Task What_failed_is_tried_again_in_the_next_round()
    {
        await using var world = await StartAsync();
        await world.SendAsync(new VisitMessage("A01", "C1", Time(16)) { Admitted = Time(16) });
        await BreakAsync(world, 1);
        world.Gateway.Clock.Now = HangingRules.ClosesAt(await world.VisitAsync())!.Value.AddDays(31);
        while (await world.Gateway.Engine.HangingVisits.StepAsync(default))
        {
        }

        // Whatever it was is mended by now.
        await world.Gateway.Engine.Store.WriteAsync(StateLane.Messages, tx =>
        {
            foreach (var visit in tx.Episodes.Hanging(DateTimeOffset.MaxValue, 10))
            {
                tx.Episodes.Remove(visit);
                tx.Episodes.Save(visit with { Source = world.Gateway.Hospital.Number });
            }

            return true;
        }, default);
        using var stop = new CancellationTokenSource();
        var round = world.Gateway.Engine.HangingVisits.RunAsync(stop.Token);
        for (var i = 0; i < 500 && await HangingAsync(world) > 0; i++)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Equal(0, await HangingAsync(world));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => round);
    }

    private static Task<int> HangingAsync(VisitWorld world) =>
        world.Gateway.Engine.Store.WriteAsync(StateLane.Messages, tx => tx.Episodes.Hanging(DateTimeOffset.MaxValue, 100).Count, default);

    /// <summary>Visits that hang for longer than any other, and fail.</summary>
    private static async Task BreakAsync(VisitWorld world, int count)
    {
        var like = await world.VisitAsync();
        await world.Gateway.Engine.Store.WriteAsync(StateLane.Messages, tx =>
        {
            var record = tx.Episodes.Find(world.Gateway.Hospital.Number, "MERCY|V1")[0].Record;
            tx.Episodes.Hear(NoSource, like.Latest.Sent);
            for (var i = 1; i <= count; i++)
            {
                var key = $"LOST|{i}";
                var order = like.Latest with { Time = like.Latest.Time.AddDays(-i), Sent = like.Latest.Sent.AddDays(-i) };
                tx.Episodes.Save(new EpisodeSummary(PublishedId.Create("hospital", "Encounter", key), NoSource, record, like with { Key = key, VisitKey = key, Latest = order }));
            }

            return true;
        }, default);
    }
}
