using System.Collections.Concurrent;
using System.Globalization;
using FhirGateway.Host;
using FhirGateway.Processing;
using FhirGateway.Tests.Processing;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.Tests.State;

public sealed class CrashTests
{
    /// <summary>
    /// A copy of the files in their order of dependence (state, then bodies, journal, spool) is what a kill at the moment of the
    /// first copy could have left, and later bytes of the others: every copy must open and carry on.
    /// </summary>
    [Fact]
    public async Task A_copy_taken_at_any_moment_opens_loses_nothing_acknowledged_and_doubles_nothing()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.RosterAsync(new RosterOptions(), TestGateway.Row("m1"));
        await gateway.ImportAsync(gateway.Payer, TestGateway.Patient("m1"));
        await gateway.Engine.Registry.SaveAsync(new FhirGateway.Organizations.Participant { Id = "aco-two" }, "test", default);
        var acknowledged = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 4).Select(s => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var control = $"S{s}N{i}";
                var answer = await gateway.AdtAsync(TestGateway.Adt("A01", control, "20260615080000-0500", visit: control, mrn: "9"));
                if (answer.Contains("MSA|AA", StringComparison.Ordinal))
                    acknowledged.Enqueue(control);
            }
        })).ToList();
        using var copies = new TestFolder();
        var taken = new List<(string Copy, string[] Acknowledged)>();
        for (var round = 0; round < 5; round++)
        {
            await Task.Delay(40 + (round * 37), TestContext.Current.CancellationToken);
            var (copy, before) = (copies.In($"data{round}"), acknowledged.ToArray());
            Copy(gateway.Data, copy);
            taken.Add((copy, before));
        }

        // What goes on being sent while a copy is checked is in no copy yet.
        await stop.CancelAsync();
        await Task.WhenAll(senders);
        Assert.NotEmpty(taken[^1].Acknowledged);
        foreach (var (copy, before) in taken)
            await CheckAsync(copy, before, gateway.Clock);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in new[] { "checkpoints", "state.db-wal", "state.db" }.Where(f => File.Exists(Path.Combine(from, f))))
            CopyFile(Path.Combine(from, file), Path.Combine(to, file));
        foreach (var folder in new[] { "bodies", "journal", "spool", "keys" })
            TestFolder.Copy(Path.Combine(from, folder), Path.Combine(to, folder));
    }

    private static void CopyFile(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var target = File.Create(to);
        source.CopyTo(target);
    }

    private static async Task CheckAsync(string data, string[] acknowledged, ManualClock clock)
    {
        await using var engine = await Engine.StartAsync(data, null, clock, NullLoggerFactory.Instance, default);
        await engine.DrainAsync(default).WaitAsync(TimeSpan.FromSeconds(60));
        var panel = new FhirGateway.Attributions.RosterRow
        {
            Line = 2, Key = "p",
            Facts = new FhirGateway.Normalization.PatientFacts { Family = "Moore", Given = "Ada", BirthDate = new DateOnly(1950, 5, 17), Sex = "female", PostalCode = "80202" },
        };
        await engine.Rosters.LoadPanelAsync(engine.Organizations.Value.FindParticipant("aco-two")!, "test", [panel], [], 30, default);
        await engine.DrainAsync(default).WaitAsync(TimeSpan.FromSeconds(60));
        var events = engine.Reader.Read(engine.Organizations.Value.FindParticipant("aco-two")!.Number, "adt", 0, 100_000);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
        var origins = events.Select(e => e.Origin).ToList();
        Assert.Equal(origins.Count, origins.Distinct().Count());
        Assert.Empty(acknowledged.Except(origins));
        Assert.All(events, e => Assert.Equal(e.Body.Length, engine.Bodies.Read(e.Body).Length));
        Assert.Empty(engine.VerifyAudit(null).Faults);
    }
}
