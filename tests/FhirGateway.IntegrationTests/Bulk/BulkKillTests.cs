using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.Host.Control;
using FhirGateway.IntegrationTests.Faults;
using FhirGateway.Simulation.Http;
using FhirGateway.Simulation.Payers.Servers;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>
/// F-06: kill -9 at random moments while one large bulk job is fetched and worked through. GATEWAY_BULK_KILLS and GATEWAY_BULK_LINES say how
/// often and how long (3 and 20,000 unless set; eng/bulk-kill-test.sh sets them), GATEWAY_KILL_SEED repeats an earlier run.
/// </summary>
public sealed partial class BulkKillTests
{
    private const string ClaimFile = "ExplanationOfBenefit-all.ndjson";
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task F06_Every_line_of_a_bulk_file_is_effective_once_however_often_the_gateway_is_killed()
    {
        var kills = Number("GATEWAY_BULK_KILLS") ?? 3;
        var lines = Number("GATEWAY_BULK_LINES") ?? 20_000;
        var seed = Number("GATEWAY_KILL_SEED") ?? Random.Shared.Next(1, 1_000_000);
        var random = new Random(seed);
        Say($"{kills} kills, {lines} lines, seed {seed}");
        await using var payer = Payer(lines);
        await using var gateway = new GatewayProcess();
        await FaultWorld.BuildAsync(gateway);
        await FaultWorld.AddClientsAsync(gateway);
        (await gateway.RunAsync("source", "set", FaultWorld.Payer, "--fhir", payer.FhirUrl, "--allow", payer.Origin)).Expect(0);
        await gateway.StartAsync();
        (await gateway.RunAsync("export", FaultWorld.Payer, "--full")).Expect(0);

        var since = Stopwatch.GetTimestamp();
        var violations = new List<string>();
        var killed = Math.Max(1, kills / 5);
        await KillWhileFetchingAsync(gateway, payer, killed, random, violations);
        var submission = await SubmissionAsync(gateway);
        Say($"{killed} kills while it was fetched; accepted as {submission} after {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s, {payer.Requests.Of("GET", "/files/").Count(r => r.Header("Range") is not null)} files went on where they were cut");
        var (redone, whole) = (0L, lines + ClaimFiles.Patients);
        for (var first = killed; killed < kills;)
        {
            // The kills are spread over the job by the lines that are effective, at random moments of the work between.
            var aim = (long)(whole * (killed - first + random.NextDouble()) / (kills - first + 1));
            var before = await FollowAsync(gateway, submission, aim);
            await Task.Delay(random.Next(0, 40), TestContext.Current.CancellationToken);
            await gateway.KillAsync();
            killed++;
            await gateway.StartAsync();
            var after = await ShowAsync(gateway, submission);
            redone += Math.Max(0, before.Lines - after.Lines);
            if (after.Lines < before.Lines)
                violations.Add($"kill {killed}: {before.Lines} lines were effective before it and {after.Lines} after it");
            if (killed % 10 == 0)
                Say($"{killed} kills, {after.Lines} lines, {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s");
            if (after.IsCompleted && killed < kills)
                violations.Add($"the job was over after {killed} kills: nothing more to interrupt");
        }

        var receipt = await CompleteAsync(gateway, submission);
        Say($"completed after {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s");
        var tally = new ClaimTally(gateway, lines);
        await tally.ReadAsync(TestContext.Current.CancellationToken);
        violations.AddRange(tally.Violations);
        if (receipt.Lines != whole || receipt.Stored != whole || receipt.Held != 0)
            violations.Add($"the receipt counts {receipt}");
        Assert.Equal(0, await gateway.StopAsync(TimeSpan.FromSeconds(25)));
        var audit = await gateway.RunAsync("audit", "verify");
        if (audit.Exit != 0)
            violations.Add("audit verify: " + audit.Output);
        Say(string.Create(CultureInfo.InvariantCulture, $"kills {killed}, lines {receipt.Lines}, stored {receipt.Stored}, held {receipt.Held}, effective once {tally.Once}, effective lines redone {redone}, violations {violations.Count}"));
        Assert.True(violations.Count == 0, $"seed {seed}: {violations.Count} violations\n{string.Join('\n', violations.Take(40))}");
    }

    /// <summary>A payer with the patients of the world and one large file of their claims.</summary>
    private static PayerServer Payer(int lines)
    {
        var holdings = new PayerHoldings();
        foreach (var patient in ClaimFiles.PatientLines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            holdings.Put(patient, TimeProvider.System.GetUtcNow());
        var payer = PayerServer.Start(new PayerServerOptions { Gzip = false, RetryAfter = null }, holdings, TimeProvider.System);
        payer.FixedFiles = [new ServedFile { Name = ClaimFile, Role = "output", Type = "ExplanationOfBenefit", Count = lines, Content = ClaimFiles.Claims(lines) }];
        return payer;
    }

    private static async Task KillWhileFetchingAsync(GatewayProcess gateway, PayerServer payer, int kills, Random random, List<string> violations)
    {
        // Slow enough that no file comes whole between two kills.
        payer.Faults.Add(ClaimFile, ServerFault.Slow((int)Math.Min(40_000_000, payer.FixedFiles[0].Content.Length / 8)), times: null);
        var asked = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            for (var i = 0; payer.Requests.Of("GET", ClaimFile).Length == asked && i < 400; i++)
                await Task.Delay(50, TestContext.Current.CancellationToken);
            await Task.Delay(random.Next(20, 1500), TestContext.Current.CancellationToken);
            if (await TrySubmissionAsync(gateway) is { } early)
                violations.Add($"{early} was accepted before its file can have come whole");
            await gateway.KillAsync();
            asked = payer.Requests.Of("GET", ClaimFile).Length;
            await gateway.StartAsync();
        }

        payer.Faults.Clear();
    }

    private static async Task<string> SubmissionAsync(GatewayProcess gateway)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await TrySubmissionAsync(gateway) is { } submission)
                return submission;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("nothing was accepted: " + gateway.Log);
    }

    private static async Task<string?> TrySubmissionAsync(GatewayProcess gateway)
    {
        using var output = new StringWriter();
        Assert.Equal(0, await ControlClient.RunAsync(gateway.Data, ["submission", "list", "--source", FaultWorld.Payer], gateway.Folder, output, output, TestContext.Current.CancellationToken));
        return SubmissionId().Match(output.ToString()) is { Success: true } match ? match.Value : null;
    }

    /// <summary>Waits until that many lines are effective; how far it was when last seen.</summary>
    private static async Task<Progress> FollowAsync(GatewayProcess gateway, string submission, long lines)
    {
        var (since, last, seen) = (Stopwatch.GetTimestamp(), -1L, Progress.None);
        while (seen.Lines < lines && !seen.IsCompleted)
        {
            seen = await ShowAsync(gateway, submission);
            if (seen.Lines != last)
                (last, since) = (seen.Lines, Stopwatch.GetTimestamp());
            else if (Stopwatch.GetElapsedTime(since) > MostPause)
                throw new TimeoutException($"nothing became effective in {MostPause.TotalSeconds} s at line {last}: {gateway.Log[^Math.Min(2000, gateway.Log.Length)..]}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        return seen;
    }

    private static async Task<Progress> CompleteAsync(GatewayProcess gateway, string submission)
    {
        var seen = await FollowAsync(gateway, submission, long.MaxValue);
        Assert.True(seen.IsCompleted);
        return seen;
    }

    private static async Task<Progress> ShowAsync(GatewayProcess gateway, string submission)
    {
        using var request = await gateway.RequestAsync(HttpMethod.Get, FaultWorld.Payer, "/intake/submissions/" + submission, TestContext.Current.CancellationToken);
        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        var root = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        long Count(string name) => root.TryGetProperty("counts", out var counts) ? counts.GetProperty(name).GetInt64() : 0;
        return new Progress(root.GetProperty("state").GetString() == "completed", Count("lines"), Count("stored"), Count("held"));
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static void Say(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);

    [GeneratedRegex("s-[0-9a-f]{16}", RegexOptions.NonBacktracking)]
    private static partial Regex SubmissionId();

    private sealed record Progress(bool IsCompleted, long Lines, long Stored, long Held)
    {
        public static readonly Progress None = new(false, 0, 0, 0);
    }
}
