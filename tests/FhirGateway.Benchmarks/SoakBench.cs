using System.Diagnostics;
using System.Globalization;
using FhirGateway.Simulation.Hospital;
using FhirGateway.Simulation.Worlds;
using SQLitePCL;

namespace FhirGateway.Benchmarks;

/// <summary>
/// Days of mixed ADT in minutes: admissions, transfers, conversions, discharges, cancels, repeats and late messages of many patients, as fast
/// as they are answered. Then the journal alone is worked through from nothing by a second gateway: both must know the same visits and
/// have told the same.
/// </summary>
internal static class SoakBench
{
    /// <summary>Messages a second of a state's feed, over day and night.</summary>
    private const double MessagesPerSecond = 5;

    private static readonly TimeSpan Sample = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(string[] args)
    {
        var hours = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 72;
        var wanted = (int)(hours * 3600 * MessagesPerSecond);
        var world = World.Create(new WorldOptions { People = Math.Max(200, wanted / 3), VisitsPerPatient = 3, Today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime) });
        var script = new HospitalScript(world);
        var messages = script.Messages.Take(wanted).ToList();
        Console.WriteLine($"{hours:0.#} h at {MessagesPerSecond}/s: {messages.Count} messages of {messages.Select(m => m.Visit.Number).Distinct().Count()} visits, {world.Patients.Length} patients");
        await using var gateway = await ServedGateway.StartAsync(world);
        var memory = new List<long>();
        using var stop = new CancellationTokenSource();
        var sampling = SampleAsync(gateway.ProcessId, memory, stop.Token);
        var watch = Stopwatch.StartNew();
        var hospital = new HospitalSimulator(new HospitalOptions { Gateway = gateway.Mllp, Connections = 16 }, TimeProvider.System);
        var sent = await hospital.RunAsync(messages, default);
        var seconds = watch.Elapsed.TotalSeconds;
        await DrainAsync(gateway, messages.Count);
        await stop.CancelAsync();
        await sampling;
        var (early, late) = (Mean(memory, 0.25, 0.5), Mean(memory, 0.75, 1));
        Console.WriteLine($"{sent.Count(s => s.Code == "AA")} AA, {sent.Count(s => s.Code != "AA")} other in {seconds:F0} s ({sent.Length / seconds:F0}/s); "
            + $"resident {early} MiB in the second quarter, {late} MiB in the last, peak {gateway.PeakResident()} MiB");
        var right = late <= early * 1.15 && sent.Length > 0 && sent.All(s => s.Code == "AA");
        await using var again = await ServedGateway.StartAsync(world, Path.Combine(gateway.Directory, "journal"));
        await DrainAsync(again, messages.Count);
        foreach (var each in new[] { gateway, again })
            await CloseAsync(each);
        foreach (var (what, query) in Compared)
            right &= IsSame(what, Rows(gateway, query), Rows(again, query));
        // When a visit is closed by rule depends on the moment of the look, and so do updates before and after it; not what happened in it.
        var closed = Rows(gateway, Closed).Union(Rows(again, Closed)).ToHashSet();
        Console.WriteLine($"visits that were told as closed by rule at some time: {closed.Count}");
        right &= IsSame("events told of the others", Of(gateway, Told, c => !c), Of(again, Told, c => !c));
        return IsSame("what happened, told of those", Of(gateway, Happened, c => c), Of(again, Happened, c => c)) && right ? 0 : 1;

        List<string> Of(ServedGateway each, string query, Func<bool, bool> isWanted) =>
            [.. Rows(each, query).Where(r => isWanted(closed.Contains(r[..r.IndexOf('|', StringComparison.Ordinal)])))];
    }

    private static bool IsSame(string what, List<string> first, List<string> second)
    {
        var differing = first.Except(second).Count() + second.Except(first).Count();
        Console.WriteLine($"{what}: {first.Count}, from the journal alone {second.Count}, {differing} differ");
        return differing == 0 && first.Count == second.Count;
    }

    private const string Closed = "SELECT DISTINCT adt_entry ->> 'episode' FROM publication WHERE origin = 'closed-by-rule'";

    /// <summary>Ids of events are made of their sequences, and differ where something else was told before: of those taken back, the number counts.</summary>
    private const string Told = "SELECT adt_entry ->> 'episode', participant, type, origin, json_remove(adt_entry, '$.cancels'), json_array_length(adt_entry, '$.cancels') FROM publication WHERE stream = 1";

    private const string Happened = "SELECT adt_entry ->> 'episode', participant, type, origin, adt_entry ->> 'milestone' FROM publication WHERE stream = 1 AND type <> 'adt.update'";

    private static readonly (string What, string Query)[] Compared =
    [
        ("visits", "SELECT hex(encounter), hex(detail) FROM episode"),
        ("what is stored of them", "SELECT hex(id), hex(hash), labels, event_type FROM resource WHERE adt = 1"),
        ("returns and revisits", "SELECT hex(visit), kind, hex(index_visit) FROM visit_signal"),
    ];

    private static async Task SampleAsync(int process, List<long> memory, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
                memory.Add(long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024);
                await Task.Delay(Sample, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    /// <summary>Until every message has its outcome in the audit log.</summary>
    private static async Task DrainAsync(ServedGateway gateway, int messages)
    {
        while (Rows(gateway, "SELECT count(*) FROM audit WHERE kind = 'accepted'") is [var row] && long.Parse(row, CultureInfo.InvariantCulture) < messages)
            await Task.Delay(Sample);
        await Task.Delay(2 * Sample);
    }

    /// <summary>Visits are closed by rule every few minutes, and when a gateway starts: until nothing more is told.</summary>
    private static async Task CloseAsync(ServedGateway gateway)
    {
        await gateway.RestartAsync();
        List<string> before, now = [];
        do
        {
            before = now;
            await Task.Delay(5 * Sample);
            now = Rows(gateway, "SELECT count(*) FROM episode WHERE closes IS NULL UNION ALL SELECT count(*) FROM publication");
        }
        while (!now.SequenceEqual(before));
    }

    private static long Mean(List<long> values, double from, double to)
    {
        var part = values.Skip((int)(values.Count * from)).Take(Math.Max(1, (int)(values.Count * (to - from)))).ToList();
        return part.Count == 0 ? 0 : (long)part.Average();
    }

    private static List<string> Rows(ServedGateway gateway, string query)
    {
        Batteries_V2.Init();
        Check(raw.sqlite3_open_v2(Path.Combine(gateway.Directory, "state.db"), out var database, raw.SQLITE_OPEN_READONLY, null), raw.SQLITE_OK);
        using (database)
        {
            Check(raw.sqlite3_prepare_v2(database, query, out var statement), raw.SQLITE_OK);
            using (statement)
            {
                var rows = new List<string>();
                while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
                    rows.Add(string.Join('|', Enumerable.Range(0, raw.sqlite3_column_count(statement)).Select(i => raw.sqlite3_column_text(statement, i).utf8_to_string())));
                return rows;
            }
        }
    }

    private static void Check(int result, int expected)
    {
        if (result != expected)
            throw new InvalidOperationException($"SQLite {result}");
    }
}
