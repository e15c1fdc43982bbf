using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Contracts;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>
/// F-01, F-06, F-22: kill -9 at random moments under load, again and again on one data directory. GATEWAY_KILLS says how often
/// (5 unless set; eng/kill-test.sh sets it), GATEWAY_KILL_SEED repeats the moments of an earlier run.
/// </summary>
public sealed class KillTests
{
    private const int Connections = 16;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_doubled_by_kills_under_load()
    {
        var kills = Number("GATEWAY_KILLS") ?? 5;
        var seed = Number("GATEWAY_KILL_SEED") ?? Random.Shared.Next(1, 1_000_000);
        var random = new Random(seed);
        Say($"{kills} kills, seed {seed}");
        await using var gateway = new GatewayProcess();
        await FaultWorld.BuildAsync(gateway);
        await FaultWorld.AddClientsAsync(gateway);
        gateway.Write("patients.ndjson", string.Concat(Enumerable.Range(0, FaultWorld.Patients).Select(p => FaultWorld.PatientLine(p) + "\n")));
        (await gateway.RunAsync("import", "patients.ndjson", "--source", FaultWorld.Payer)).Expect(0);

        var load = new FaultLoad(gateway);
        var consumers = FaultWorld.Participants.SelectMany(p => new[] { "adt", "claims" }.Select(s => new FaultConsumer(gateway, p, s))).ToList();
        using var rest = new CancellationTokenSource();
        await gateway.StartAsync();
        var sending = load.RunAsync(Connections);
        var following = consumers.Select(c => Task.Run(() => c.FollowAsync(rest.Token))).ToList();
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < kills; i++)
        {
            load.Resume();
            var moment = random.Next(5, 1500);
            await Task.Delay(moment, TestContext.Current.CancellationToken);
            load.Suspend();
            await gateway.KillAsync();
            var ready = await gateway.StartAsync();
            slowest = ready > slowest ? ready : slowest;
            if (i % 10 == 9)
                Say($"{i + 1} kills, {load.Accepted.Count} AA, {load.Submissions.Count} uploads");
        }

        load.Resume();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        load.End();
        await sending;
        var drain = Stopwatch.GetTimestamp();
        await DrainAsync(gateway, load, consumers);
        Say($"drained in {Stopwatch.GetElapsedTime(drain).TotalSeconds:0.0} s");
        await rest.CancelAsync();
        await Task.WhenAll(following);

        var violations = load.Violations.ToList();
        foreach (var consumer in consumers)
        {
            await consumer.CatchUpAsync(TestContext.Current.CancellationToken);
            await consumer.CompareAsync(TestContext.Current.CancellationToken);
            violations.AddRange(consumer.Violations);
            violations.AddRange(Check(consumer, load));
        }

        violations.AddRange(await CheckSubmissionsAsync(gateway, load));
        violations.AddRange(await CheckOnceMoreAsync(gateway, consumers));
        Say(string.Create(CultureInfo.InvariantCulture,
            $"kills {kills}, AA {load.Accepted.Count}, uploads {load.Submissions.Count} of {load.Claims.Count} lines, repeated by senders {load.Repeated}, slowest start {slowest.TotalSeconds:0.0} s, violations {violations.Count}"));
        foreach (var consumer in consumers)
            Say($"{consumer.Name}: {consumer.Count} events");
        Assert.True(violations.Count == 0, $"seed {seed}: {violations.Count} violations\n{string.Join('\n', violations.Take(40))}\n{Tail(gateway.Log)}");
    }

    /// <summary>Every event that is due is there once, and nothing else is.</summary>
    private static IEnumerable<string> Check(FaultConsumer consumer, FaultLoad load)
    {
        var name = consumer.Name;
        foreach (var twice in consumer.Entries.GroupBy(e => e.Id).Where(g => g.Count() > 1))
            yield return $"{name}: event {twice.Key} at sequences {string.Join(", ", twice.Select(e => e.Sequence))}";
        var isAdt = name.EndsWith("adt", StringComparison.Ordinal);
        var events = consumer.Entries.Where(e => isAdt || e.Type == EventTypes.ClaimsEob).ToList();
        var due = isAdt
            ? load.Accepted.Where(m => FaultWorld.IsDue(consumer.Participant, m.Value)).Select(m => m.Key).ToHashSet()
            : load.Claims.Where(c => FaultWorld.ClaimsOf(c.Value) == consumer.Participant)
                .Select(c => PublishedId.Create(FaultWorld.Payer, "ExplanationOfBenefit", c.Key).ToString()).ToHashSet();
        var found = events.GroupBy(e => (isAdt ? e.Origin : e.Resource) ?? "").ToDictionary(g => g.Key, g => g.ToList());
        foreach (var lost in due.Where(d => !found.ContainsKey(d)))
            yield return $"{name}: LOST {lost}";
        foreach (var (key, of) in found)
        {
            if (!due.Contains(key))
                yield return $"{name}: PHANTOM {key}";
            if (of.Count > 1)
                yield return $"{name}: {key} at sequences {string.Join(", ", of.Select(e => e.Sequence))}";
        }
    }

    private static async Task<List<string>> CheckSubmissionsAsync(GatewayProcess gateway, FaultLoad load)
    {
        var violations = new List<string>();
        foreach (var (submission, lines) in load.Submissions)
        {
            using var request = await gateway.RequestAsync(HttpMethod.Get, FaultWorld.Payer, $"/intake/submissions/{submission}?wait=60", CancellationToken.None);
            using var response = await gateway.Client.SendAsync(request);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                violations.Add($"submission {submission}: {(int)response.StatusCode}");
                continue;
            }

            using var receipt = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            var counts = receipt.RootElement.GetProperty("counts");
            var effective = counts.GetProperty("stored").GetInt64() + counts.GetProperty("unchanged").GetInt64();
            if (receipt.RootElement.GetProperty("state").GetString() != "completed" || counts.GetProperty("lines").GetInt64() != lines || effective != lines)
                violations.Add($"submission {submission}: {receipt.RootElement.GetRawText()}");
        }

        return violations;
    }

    /// <summary>The audit log holds, and a graceful stop and a new start change nothing.</summary>
    private static async Task<List<string>> CheckOnceMoreAsync(GatewayProcess gateway, List<FaultConsumer> consumers)
    {
        var violations = new List<string>();
        if (await gateway.StopAsync(TimeSpan.FromSeconds(25)) is not 0 and var exit)
            violations.Add($"SIGTERM: exit {exit}");
        var audit = await gateway.RunAsync("audit", "verify");
        Say(audit.Output.ReplaceLineEndings("; "));
        if (audit.Exit != 0)
            violations.Add($"audit verify: exit {audit.Exit} {audit.Output}");
        await gateway.StartAsync();
        foreach (var consumer in consumers)
        {
            var before = consumer.Count;
            await consumer.CatchUpAsync(CancellationToken.None);
            if (consumer.Count != before)
                violations.Add($"{consumer.Name}: {consumer.Count - before} events came after the drain");
        }

        return violations;
    }

    private static async Task DrainAsync(GatewayProcess gateway, FaultLoad load, List<FaultConsumer> consumers)
    {
        var due = consumers.ToDictionary(c => c, c => c.Name.EndsWith("adt", StringComparison.Ordinal)
            ? load.Accepted.Values.Count(p => FaultWorld.IsDue(c.Participant, p))
            : load.Claims.Values.Count(p => FaultWorld.ClaimsOf(p) == c.Participant));
        var since = Stopwatch.GetTimestamp();
        while (due.Any(d => d.Key.Count < d.Value) && Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(2))
        {
            if (!gateway.IsRunning)
                throw new InvalidOperationException("the gateway ended: " + Tail(gateway.Log));
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static void Say(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);

    private static string Tail(string log) => log.Length <= 4000 ? log : log[^4000..];
}
