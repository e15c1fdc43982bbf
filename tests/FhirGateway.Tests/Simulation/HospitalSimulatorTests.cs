using System.Security.Cryptography;
using FhirGateway.Simulation.Hospital;
using FhirGateway.Simulation.Load;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Tests.Simulation;

public sealed class HospitalSimulatorTests
{
    private readonly World world = SimulatedWorlds.Create(people: 120);

    [Fact]
    public async Task Every_message_is_sent_and_its_answer_recorded()
    {
        await using var receiver = new LoopbackMllp((_, _) => "AA");
        var script = new HospitalScript(world);
        var ledger = await Hospital(receiver).RunAsync(script.Messages, TestContext.Current.CancellationToken);
        Assert.Equal(script.Messages.Select(m => m.ControlId).Order(), ledger.Select(m => m.ControlId).Order());
        Assert.All(ledger, m => Assert.Equal(("AA", 1), (m.Code, m.Attempts)));
        var first = script.Messages[0];
        Assert.Equal(SHA256.HashData(HospitalScript.Render(first)), ledger.First(m => m.ControlId == first.ControlId).Hash);
    }

    [Fact]
    public async Task Messages_of_a_visit_arrive_in_their_order()
    {
        await using var receiver = new LoopbackMllp((_, _) => "AA");
        var script = new HospitalScript(world);
        await Hospital(receiver).RunAsync(script.Messages, TestContext.Current.CancellationToken);
        var arrived = receiver.Received.Select(m => m.Split('|')[9]).ToLookup(id => id.Split('-')[0]);
        foreach (var visit in script.Messages.GroupBy(m => m.Visit))
            Assert.Equal(visit.Select(m => m.ControlId), arrived["NH" + visit.Key.Number]);
    }

    [Fact]
    public async Task A_message_whose_connection_breaks_is_sent_again_with_the_same_bytes()
    {
        await using var receiver = new LoopbackMllp((_, n) => n % 7 == 0 ? null : "AA");
        var script = new HospitalScript(world);
        var ledger = await Hospital(receiver).RunAsync(script.Messages, TestContext.Current.CancellationToken);
        Assert.Equal(script.Messages.Length, ledger.Length);
        Assert.Contains(ledger, m => m.Attempts == 2);
        Assert.All(receiver.Received.GroupBy(m => m.Split('|')[9]), g => Assert.Single(g.Distinct()));
    }

    [Fact]
    public async Task A_rejected_message_is_offered_three_times_and_an_error_once()
    {
        var script = new HospitalScript(world);
        var (rejected, wrong) = (script.Messages[0].ControlId, script.Messages[1].ControlId);
        await using var receiver = new LoopbackMllp((id, _) => id == rejected ? "AR" : id == wrong ? "AE" : "AA");
        var ledger = await Hospital(receiver).RunAsync(script.Messages.Take(4), TestContext.Current.CancellationToken);
        Assert.Equal(("AR", 3), ledger.Where(m => m.ControlId == rejected).Select(m => (m.Code, m.Attempts)).Single());
        Assert.Equal(("AE", 1), ledger.Where(m => m.ControlId == wrong).Select(m => (m.Code, m.Attempts)).Single());
    }

    [Fact]
    public async Task A_rate_is_kept()
    {
        await using var receiver = new LoopbackMllp((_, _) => "AA");
        var hospital = new HospitalSimulator(new HospitalOptions { Gateway = receiver.Address, Connections = 2, MessagesPerSecond = 100 }, TimeProvider.System);
        var started = TimeProvider.System.GetTimestamp();
        await hospital.RunAsync(new HospitalScript(world).Messages.Take(41), TestContext.Current.CancellationToken);
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromMilliseconds(395));
    }

    [Fact]
    public async Task A_load_counts_what_was_accepted_and_refused()
    {
        await using var receiver = new LoopbackMllp((_, n) => n % 10 == 0 ? "AE" : "AA");
        var accepted = 0;
        var load = new MllpLoad(world, new MllpLoadOptions { Gateway = receiver.Address, Connections = 4, Duration = TimeSpan.FromMilliseconds(400), MessagesPerSecond = 200 }, TimeProvider.System)
        {
            OnAccepted = (_, _) => Interlocked.Increment(ref accepted),
        };
        var result = await load.RunAsync(TestContext.Current.CancellationToken);
        var sent = result.Accepted + result.Refused;
        Assert.InRange(sent, 4, 80);
        Assert.Equal(sent / 10, result.Refused);
        Assert.Equal(result.Accepted, accepted);
        Assert.Equal(sent, result.Latency.Count);
        Assert.InRange(result.Visits, 4, 28);
        Assert.InRange(result.Persons, 1, 28);
        Assert.NotNull(result.LastAccepted);
    }

    [Fact]
    public async Task A_load_on_nobody_fails_in_place_of_measuring_nothing()
    {
        var receiver = new LoopbackMllp((_, _) => "AA");
        var address = receiver.Address;
        await receiver.DisposeAsync();
        var load = new MllpLoad(world, new MllpLoadOptions { Gateway = address, Duration = TimeSpan.FromSeconds(5) }, TimeProvider.System);
        await Assert.ThrowsAnyAsync<Exception>(() => load.RunAsync(TestContext.Current.CancellationToken));
    }

    private static HospitalSimulator Hospital(LoopbackMllp receiver) =>
        new(new HospitalOptions { Gateway = receiver.Address, Connections = 3, RetryDelay = TimeSpan.FromMilliseconds(5) }, TimeProvider.System);
}
