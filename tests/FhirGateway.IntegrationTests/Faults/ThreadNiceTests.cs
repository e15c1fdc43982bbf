using System.Globalization;
using FhirGateway.Simulation.Mllp;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>Who answers senders goes before who works off, as the system sees it.</summary>
public sealed class ThreadNiceTests
{
    private const int Normal = 0;
    private const int Batch = 3;

    [Fact]
    public async Task Under_load_what_works_off_stands_back_and_what_answers_does_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "threads stand back on Linux only");
        await using var gateway = new GatewayProcess();
        await FaultWorld.BuildAsync(gateway);
        await FaultWorld.AddClientsAsync(gateway);
        await gateway.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async lane =>
        {
            using var connection = await MllpConnection.ConnectAsync(gateway.Mllp, TestContext.Current.CancellationToken);
            for (var i = 0; i < 50; i++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"NICE-{lane}-{i}");
                Assert.Equal(new MllpAnswer("AA", id), await connection.SendAsync(FaultWorld.Admit(i % FaultWorld.Patients, "V" + id, id), TestContext.Current.CancellationToken));
            }
        }));
        // The state has told of it: all that takes part was at work.
        var consumer = new FaultConsumer(gateway, "north", "adt");
        for (var i = 0; i < 600 && consumer.Count < 100; i++)
        {
            await consumer.CatchUpAsync(TestContext.Current.CancellationToken);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.True(consumer.Count >= 100);
        var threads = Directory.EnumerateDirectories($"/proc/{gateway.Id}/task").Select(Read).ToList();
        var own = Read($"/proc/{Environment.ProcessId}/task/{Environment.ProcessId}").Nice;
        var workers = threads.Where(t => t.Name is "state" || t.Name.StartsWith("stage-", StringComparison.Ordinal)).ToList();
        Assert.Equal(1 + Environment.ProcessorCount, workers.Count);
        Assert.All(workers, t => Assert.Equal((15, Batch), (t.Nice, t.Policy)));
        var pool = threads.Where(t => t.Name.StartsWith(".NET TP", StringComparison.Ordinal)).ToList();
        Assert.True(pool.Count > 8 * Environment.ProcessorCount, $"{pool.Count} threads of the pool");
        Assert.All([.. pool, .. threads.Where(t => t.Name is "journal" or ".NET Sockets")], t => Assert.Equal((own, Normal), (t.Nice, t.Policy)));
    }

    /// <summary>proc(5): the name in brackets may hold anything; nice is the 17th field behind it, the policy the 39th.</summary>
    private static (string Name, int Nice, int Policy) Read(string task)
    {
        var stat = File.ReadAllText(Path.Combine(task, "stat"));
        var (begin, end) = (stat.IndexOf('(', StringComparison.Ordinal), stat.LastIndexOf(')'));
        var fields = stat[(end + 2)..].Split(' ');
        return (stat[(begin + 1)..end], int.Parse(fields[16], CultureInfo.InvariantCulture), int.Parse(fields[38], CultureInfo.InvariantCulture));
    }
}
