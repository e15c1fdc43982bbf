using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using FhirGateway.IntegrationTests.Faults;
using FhirGateway.Simulation.Http;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>
/// F-06: kill -9 at random moments while one large bulk file is worked through. GATEWAY_BULK_KILLS and GATEWAY_BULK_LINES say how
/// often and how long (3 and 20,000 unless set; eng/bulk-kill-test.sh sets them), GATEWAY_KILL_SEED repeats an earlier run.
/// </summary>
public sealed class BulkKillTests
{
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task F06_Every_line_of_a_bulk_file_is_effective_once_however_often_the_gateway_is_killed()
    {
        var kills = Number("GATEWAY_BULK_KILLS") ?? 3;
        var lines = Number("GATEWAY_BULK_LINES") ?? 20_000;
        var seed = Number("GATEWAY_KILL_SEED") ?? Random.Shared.Next(1, 1_000_000);
        var random = new Random(seed);
        Say($"{kills} kills, {lines} lines, seed {seed}");
        await using var gateway = new GatewayProcess();
        await FaultWorld.BuildAsync(gateway);
        await FaultWorld.AddClientsAsync(gateway);
        gateway.Write("patients.ndjson", ClaimFiles.PatientLines);
        (await gateway.RunAsync("import", "patients.ndjson", "--source", FaultWorld.Payer)).Expect(0);
        await gateway.StartAsync();
        var submission = await UploadAsync(gateway, ClaimFiles.Claims(lines));

        var since = Stopwatch.GetTimestamp();
        var violations = new List<string>();
        var (killed, redone, before) = (0, 0L, Progress.None);
        while (killed < kills)
        {
            // The kills are spread over the job by the lines that are effective, at random moments of the work between.
            var aim = (long)(lines * (killed + random.NextDouble()) / (kills + 1));
            before = await FollowAsync(gateway, submission, aim);
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
        if (receipt.Lines != lines || receipt.Stored != lines || receipt.Held != 0)
            violations.Add($"the receipt counts {receipt}");
        Assert.Equal(0, await gateway.StopAsync(TimeSpan.FromSeconds(25)));
        var audit = await gateway.RunAsync("audit", "verify");
        if (audit.Exit != 0)
            violations.Add("audit verify: " + audit.Output);
        Say(string.Create(CultureInfo.InvariantCulture, $"kills {killed}, lines {receipt.Lines}, stored {receipt.Stored}, held {receipt.Held}, effective once {tally.Once}, effective lines redone {redone}, violations {violations.Count}"));
        Assert.True(violations.Count == 0, $"seed {seed}: {violations.Count} violations\n{string.Join('\n', violations.Take(40))}");
    }

    /// <summary>Uploads content that is made while it is sent; gives the submission.</summary>
    private static async Task<string> UploadAsync(GatewayProcess gateway, RepeatedContent content)
    {
        using var request = await gateway.RequestAsync(HttpMethod.Post, FaultWorld.Payer, "/intake/ndjson", TestContext.Current.CancellationToken);
        request.Headers.Add("Idempotency-Key", "the-job");
        request.Content = new MadeContent(content);
        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted, body);
        return JsonSerializer.Deserialize<JsonElement>(body).GetProperty("submission").GetString()!;
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

    private sealed record Progress(bool IsCompleted, long Lines, long Stored, long Held)
    {
        public static readonly Progress None = new(false, 0, 0, 0);
    }
}
