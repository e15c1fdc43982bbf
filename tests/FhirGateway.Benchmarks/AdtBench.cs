using System.Net;
using FhirGateway.Adapters.Files;
using FhirGateway.Adapters.Mllp;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Simulation.Load;
using FhirGateway.Simulation.Worlds;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.Benchmarks;

/// <summary>ADT under load: a steady rate, bursts, one connection, and the floor of the disk in the same run.</summary>
internal static class AdtBench
{
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(int seconds)
    {
        var world = NewWorld();
        await using (var gateway = await ServedGateway.StartAsync(world))
        {
            var floor = await new FloorProbe(Clock).MeasureFileAsync(gateway.Directory, Probe, default);
            var sqlite = SqliteFloor.Measure(gateway.Directory, Probe);
            Print($"floor, 16 rows of 1.4 kB a synced group: plain file {floor.RowsPerSecond:F0} rows/s, SQLite (WAL, FULL) {sqlite:F0} rows/s");
            await using var consumers = await Consumers.StartAsync(gateway);
            await PhaseAsync("3,000/s", gateway, consumers, world, TimeSpan.FromSeconds(seconds), 3000, sqlite);
            await PhaseAsync("burst of 6,000/s", gateway, consumers, world, Short, 6000, sqlite);
            await PhaseAsync("as fast as answered", gateway, consumers, world, Short, 0, sqlite);
            Print($"gateway peak resident {gateway.PeakResident()} MiB");
        }

        await using (var gateway = await ServedGateway.StartAsync(world))
        {
            await using var consumers = await Consumers.StartAsync(gateway);
            await WarmAsync(gateway, consumers, world);
            await PhaseAsync("500/s", gateway, consumers, world, TimeSpan.FromSeconds(seconds), 500, null);
            await PhaseAsync("burst of 2,000/s", gateway, consumers, world, Short, 2000, null);
            await OneConnectionAsync(gateway, consumers, world);
        }
    }

    /// <summary>One connection alone.</summary>
    public static async Task RunOneConnectionAsync()
    {
        var world = NewWorld();
        await using var gateway = await ServedGateway.StartAsync(world);
        await using var consumers = await Consumers.StartAsync(gateway);
        await WarmAsync(gateway, consumers, world);
        await OneConnectionAsync(gateway, consumers, world);
    }

    private static World NewWorld() => World.Create(new WorldOptions { People = 20_000, Today = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime) });

    /// <summary>The first messages meet code that was never run.</summary>
    private static async Task WarmAsync(ServedGateway gateway, Consumers consumers, World world)
    {
        await consumers.LoadAsync(gateway, world, Short, 500);
        await consumers.SettleAsync();
        consumers.Latency();
    }

    private static async Task PhaseAsync(string name, ServedGateway gateway, Consumers consumers, World world, TimeSpan duration, double rate, double? floor)
    {
        var (gatewayBefore, ownBefore) = (gateway.ProcessorTime(), Environment.CpuUsage.TotalTime);
        var result = await consumers.LoadAsync(gateway, world, duration, rate);
        var lag = await consumers.SettleAsync();
        var (used, own) = ((gateway.ProcessorTime() - gatewayBefore) / result.Accepted, (Environment.CpuUsage.TotalTime - ownBefore) / result.Accepted);
        Print($"{name}, 16 connections, {duration.TotalSeconds:F0} s: {result.Accepted} AA, {result.Refused} other, {result.AcceptedPerSecond:F0}/s"
            + (floor is { } rows ? $" ({result.AcceptedPerSecond / rows:P0} of the SQLite floor)" : "")
            + $"; answer p50 {FiguresBench.Ms(result.Latency.P50)}, p99 {FiguresBench.Ms(result.Latency.P99)}, max {FiguresBench.Ms(result.Latency.Maximum)}; "
            + $"AA to stream {consumers.Latency()}; last event {lag.TotalSeconds:F1} s after the last AA; {result.Persons} persons, {result.Visits} visits; "
            + $"processor time a message: gateway {used.TotalMicroseconds:F0} us, load and consumers {own.TotalMicroseconds:F0} us");
    }

    /// <summary>One message in flight: each pays for a durable commit of its own.</summary>
    private static async Task OneConnectionAsync(ServedGateway gateway, Consumers consumers, World world)
    {
        // In turns: the disk is not the same from one second to the next.
        var single = new List<double>();
        var sqlite = new List<double>();
        var kept = new List<double>();
        var idle = new List<double>();
        for (var turn = 0; turn < 3; turn++)
        {
            single.Add((await new FloorProbe(Clock).MeasureFileAsync(gateway.Directory, Probe, default, rowsPerGroup: 1)).RowsPerSecond);
            sqlite.Add(SqliteFloor.Measure(gateway.Directory, Probe, rowsPerCommit: 1));
            kept.Add((await consumers.LoadAsync(gateway, world, Short, 0, connections: 1)).AcceptedPerSecond);
            await consumers.SettleAsync();
            single.Add((await new FloorProbe(Clock).MeasureFileAsync(gateway.Directory, Probe, default, rowsPerGroup: 1)).RowsPerSecond);
            idle.Add((await IntakeOnlyAsync(gateway.Directory, world)).AcceptedPerSecond);
        }

        var (append, commit) = (single.Average(), sqlite.Average());
        Print($"one connection, three turns of 10 s: single synced appends of 1.4 kB {append:F0}/s, single commits of SQLite {commit:F0}/s; "
            + $"workers keeping up {kept.Average():F0}/s ({kept.Average() / append:P0} of the appends, {kept.Average() / commit:P0} of SQLite), "
            + $"workers idle {idle.Average():F0}/s ({idle.Average() / append:P0}, {idle.Average() / commit:P0})");
    }

    /// <summary>The listener and the journal, and nobody who takes from it.</summary>
    private static async Task<MllpLoadResult> IntakeOnlyAsync(string directory, World world)
    {
        using var journal = new FileJournal(Path.Combine(directory, "idle"));
        var sources = new CurrentDirectory { Value = new OrganizationDirectory([new Source { Number = 1, Id = Cast.Hospital, Kind = SourceKind.Hospital, Facilities = [Cast.HospitalFacility] }], [], []) };
        var intake = new MessageIntake(journal, sources, Clock, NullLogger<MessageIntake>.Instance);
        await using var listener = new MllpListener((message, _, cancel) => intake.ReceiveAsync(message, cancel));
        var endpoint = await listener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        return await new MllpLoad(world, new MllpLoadOptions { Gateway = endpoint, Duration = Short, Connections = 1 }, Clock).RunAsync(default);
    }

    private static void Print(string line) => Console.WriteLine(line);
}
