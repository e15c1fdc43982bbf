using System.Diagnostics;
using System.Globalization;
using System.Text;
using FhirGateway.Simulation.Mllp;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>Senders that lose answers, are slow, are unknown, or are still sending when the gateway stops.</summary>
public sealed class MllpFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Every_message_of_the_variety_gets_the_acknowledgement_of_its_manifest()
    {
        var folder = Path.Combine(GatewayProcess.FindRepository(), "..", "shared", "data", "hl7v2", "variety");
        Assert.SkipUnless(Directory.Exists(folder), "shared data is absent: " + folder);
        await using var gateway = new GatewayProcess();
        (await gateway.RunAsync("source", "add", "north", "--kind", "hospital", "--facility", "NORTHHOSP", "--facility", "MCM")).Expect(0);
        await gateway.StartAsync();
        using var connection = await RawMllp.ConnectAsync(gateway.Mllp);
        var wrong = new List<string>();
        var sent = 0;
        foreach (var line in File.ReadLines(Path.Combine(folder, "MANIFEST.tsv")).Skip(1))
        {
            var columns = line.Split('\t');
            await connection.SendAsync(RawMllp.Frame(await File.ReadAllBytesAsync(Path.Combine(folder, columns[0]), TestContext.Current.CancellationToken)));
            var codes = RawMllp.Codes(await connection.ReceiveAsync(Patience));
            if (codes != columns[1])
                wrong.Add($"{columns[0]}: {codes}, not {columns[1]}");
            sent++;
        }

        Assert.True(sent > 20);
        Assert.Empty(wrong);
        Assert.Equal(0, await gateway.StopAsync(TimeSpan.FromSeconds(25)));
        Assert.DoesNotContain("SAMPLE", gateway.Log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task S_07_a_message_sent_again_because_its_answer_was_lost_makes_one_event_also_after_a_restart()
    {
        await using var gateway = new GatewayProcess();
        await FaultWorld.BuildAsync(gateway);
        await FaultWorld.AddClientsAsync(gateway);
        await gateway.StartAsync();
        var message = FaultWorld.Admit(2, "V1", "LOST-ACK");
        using (var cut = await RawMllp.ConnectAsync(gateway.Mllp))
        {
            await cut.SendAsync(RawMllp.Frame(message));
            await Task.Delay(100, TestContext.Current.CancellationToken);
            cut.Reset();
        }

        Assert.Equal("AA", await SendAsync(gateway, message));
        Assert.Equal("AA", await SendAsync(gateway, message));
        await gateway.KillAsync();
        await gateway.StartAsync();
        Assert.Equal("AA", await SendAsync(gateway, message));
        // The same control id over other bytes is a new message: control ids wrap and reset. The id of a Bundle is made of facility,
        // control id and MSH-7, which has seconds.
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        Assert.Equal("AA", await SendAsync(gateway, FaultWorld.Admit(4, "V2", "LOST-ACK")));
        var events = await EventsAsync(gateway, "north", 2);
        Assert.Equal(["LOST-ACK", "LOST-ACK"], events.Select(e => e.Origin));
        Assert.Equal(2, events.Select(e => e.Resource).Distinct().Count());
    }

    [Fact]
    public async Task S_02_an_unknown_facility_is_refused_and_nothing_of_it_is_kept()
    {
        await using var gateway = new GatewayProcess();
        await FaultWorld.BuildAsync(gateway);
        await gateway.StartAsync();
        var stranger = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(FaultWorld.Admit(2, "V1", "STRANGER", "Canaryphi")).Replace("FAULTHOSP", "ELSEWHERE", StringComparison.Ordinal));
        using var connection = await RawMllp.ConnectAsync(gateway.Mllp);
        await connection.SendAsync(RawMllp.Frame(stranger));
        var answer = await connection.ReceiveAsync(Patience);
        Assert.Equal("AR", RawMllp.Codes(answer));
        Assert.Contains("MSH^1^4", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Canaryphi", answer + gateway.Log, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, (await gateway.RunAsync("status")).Expect(0).Json.GetProperty("messages").GetInt64());
        await gateway.StopAsync(TimeSpan.FromSeconds(25));
        Assert.All(Directory.EnumerateFiles(Path.Combine(gateway.Data, "journal")), f =>
            Assert.DoesNotContain("Canaryphi", Encoding.Latin1.GetString(File.ReadAllBytes(f)), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task S_03_five_hundred_slow_sockets_do_not_slow_a_good_sender()
    {
        await using var gateway = new GatewayProcess();
        await FaultWorld.BuildAsync(gateway);
        await gateway.StartAsync();
        using var good = await MllpConnection.ConnectAsync(gateway.Mllp, TestContext.Current.CancellationToken);
        for (var i = 0; i < 200; i++)
            await good.SendAsync(FaultWorld.Admit(i, "W" + i.ToString(CultureInfo.InvariantCulture), "WARM" + i.ToString(CultureInfo.InvariantCulture)), TestContext.Current.CancellationToken);
        var before = gateway.Memory("VmRSS");
        var slow = new List<RawMllp>();
        try
        {
            for (var i = 0; i < 500; i++)
                slow.Add(await RawMllp.ConnectAsync(gateway.Mllp, $"127.0.0.{2 + i / 100}"));
            var frame = RawMllp.Frame(FaultWorld.Admit(1, "SLOW", "SLOW"));
            var times = new List<TimeSpan>();
            var since = Stopwatch.GetTimestamp();
            for (var second = 0; second < 6; second++)
            {
                foreach (var socket in slow)
                    await socket.SendAsync(frame.AsMemory(second, 1));
                while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(second + 1))
                {
                    var id = "GOOD" + times.Count.ToString(CultureInfo.InvariantCulture);
                    var from = Stopwatch.GetTimestamp();
                    Assert.True((await good.SendAsync(FaultWorld.Admit(times.Count % FaultWorld.Patients, id, id), TestContext.Current.CancellationToken)).IsAccepted);
                    times.Add(Stopwatch.GetElapsedTime(from));
                    await Task.Delay(10, TestContext.Current.CancellationToken);
                }
            }

            times.Sort();
            var p99 = times[times.Count * 99 / 100];
            var growth = gateway.Memory("VmRSS") - before;
            TestContext.Current.TestOutputHelper?.WriteLine($"{times.Count} messages beside 500 slow sockets: p99 {p99.TotalMilliseconds:0} ms, memory grew by {growth >> 20} MiB");
            Assert.True(p99 < TimeSpan.FromSeconds(1), $"p99 {p99}");
            Assert.True(growth < 100 << 20, $"grew by {growth >> 20} MiB");
        }
        finally
        {
            slow.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task A_stop_under_load_answers_what_it_has_and_loses_nothing()
    {
        await using var gateway = new GatewayProcess();
        await FaultWorld.BuildAsync(gateway);
        await FaultWorld.AddClientsAsync(gateway);
        await gateway.StartAsync();
        var load = new FaultLoad(gateway);
        load.Resume();
        var sending = load.RunAsync(16);
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        load.Suspend();
        var since = Stopwatch.GetTimestamp();
        Assert.Equal(0, await gateway.StopAsync(TimeSpan.FromSeconds(25)));
        var took = Stopwatch.GetElapsedTime(since);
        load.End();
        await gateway.StartAsync();
        load.Resume();
        await sending;
        TestContext.Current.TestOutputHelper?.WriteLine($"stopped in {took.TotalSeconds:0.0} s; {load.Accepted.Count} AA, {load.Repeated} repeated");
        Assert.Empty(load.Violations);
        foreach (var participant in FaultWorld.Participants)
        {
            var due = load.Accepted.Where(m => FaultWorld.IsDue(participant, m.Value)).Select(m => m.Key).Order().ToList();
            var events = await EventsAsync(gateway, participant, due.Count);
            Assert.Equal(due, events.Select(e => e.Origin!).Order());
        }

        Assert.DoesNotContain("fail:", gateway.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("crit:", gateway.Log, StringComparison.Ordinal);
    }

    private static async Task<string> SendAsync(GatewayProcess gateway, byte[] message)
    {
        using var connection = await MllpConnection.ConnectAsync(gateway.Mllp, TestContext.Current.CancellationToken);
        return (await connection.SendAsync(message, TestContext.Current.CancellationToken)).Code;
    }

    /// <summary>The events of an ADT stream, once there are as many as expected and a moment later.</summary>
    private static async Task<IReadOnlyList<FaultConsumer.Seen>> EventsAsync(GatewayProcess gateway, string participant, int expected)
    {
        var consumer = new FaultConsumer(gateway, participant, "adt");
        var since = Stopwatch.GetTimestamp();
        while (consumer.Count < expected && Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(60))
            await consumer.CatchUpAsync(TestContext.Current.CancellationToken);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        await consumer.CatchUpAsync(TestContext.Current.CancellationToken);
        Assert.Empty(consumer.Violations);
        return consumer.Entries;
    }
}
