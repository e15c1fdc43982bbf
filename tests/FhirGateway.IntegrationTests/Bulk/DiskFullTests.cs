using System.Net;
using System.Text.Json;
using FhirGateway.IntegrationTests.Faults;
using FhirGateway.Simulation.Mllp;
using FhirGateway.Simulation.Payers.Servers;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>F-09 for bulk: a disk of 64 MiB that is full while a file is taken, and while it is worked through.</summary>
public sealed class DiskFullTests
{
    private const int Lines = 8_000;

    [Fact]
    public async Task F09_A_full_disk_refuses_a_file_whole_stops_work_without_loss_and_needs_no_repair()
    {
        await using var gateway = new GatewayProcess();
        Directory.CreateDirectory(gateway.Data);
        await using var mounts = await MountNamespace.CreateAsync(gateway.Folder, gateway.Data, "mount -t tmpfs -o size=64m,mode=700 tmpfs \"$1\"");
        gateway.Inside = mounts.Enter;
        await FaultWorld.BuildAsync(gateway);
        await FaultWorld.AddClientsAsync(gateway);
        gateway.Write("patients.ndjson", ClaimFiles.PatientLines);
        (await gateway.RunAsync("import", "patients.ndjson", "--source", FaultWorld.Payer)).Expect(0);
        await gateway.StartAsync();
        var filler = Path.Combine(mounts.Outside(gateway.Data), "filler");

        // While it is taken: nothing of it is accepted, and the sender is told to come again. (The token was got before.)
        Assert.Equal(HttpStatusCode.NotFound, (await ShowAsync(gateway, "s-none")).Status);
        Fill(filler);
        var refused = await UploadAsync(gateway);
        Assert.True(refused.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage, $"{refused.Status} {refused.Body}");
        Assert.Contains("OperationOutcome", refused.Body, StringComparison.Ordinal);
        File.Delete(filler);
        var accepted = await UploadAsync(gateway);
        Assert.True(accepted.Status is HttpStatusCode.OK or HttpStatusCode.Accepted, accepted.Body);
        var submission = JsonSerializer.Deserialize<JsonElement>(accepted.Body).GetProperty("submission").GetString()!;

        // While it is worked through: it stands still, alive, and goes on when there is room.
        await UntilAsync(gateway, submission, r => LinesOf(r) > 0);
        Fill(filler);
        await Task.Delay(2000, TestContext.Current.CancellationToken);
        Assert.True(gateway.IsRunning, gateway.Log);
        using (var live = await gateway.Client.GetAsync(gateway.Url("/health/live"), TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        File.Delete(filler);
        var receipt = await UntilAsync(gateway, submission, r => r.GetProperty("state").GetString() == "completed");
        Assert.Equal((Lines, Lines, 0), (LinesOf(receipt), receipt.GetProperty("counts").GetProperty("stored").GetInt32(), receipt.GetProperty("counts").GetProperty("held").GetInt32()));
        var tally = new ClaimTally(gateway, Lines);
        await tally.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Empty(tally.Violations);
        Assert.Equal(0, await gateway.StopAsync(TimeSpan.FromSeconds(25)));
        (await gateway.RunAsync("audit", "verify")).Expect(0);
    }

    [Fact]
    public async Task F09_An_export_that_does_not_fit_on_the_disk_fails_with_that_reason_and_gives_its_room_back()
    {
        var content = ClaimFiles.Claims(200_000);
        await using var payer = PayerServer.Start(new PayerServerOptions { Gzip = false, RetryAfter = null, PollsUntilDone = 0 }, new PayerHoldings(), TimeProvider.System);
        payer.FixedFiles = [new ServedFile { Name = "ExplanationOfBenefit-all.ndjson", Role = "output", Type = "ExplanationOfBenefit", Count = content.Lines, Content = content }];
        await using var gateway = new GatewayProcess();
        Directory.CreateDirectory(gateway.Data);
        await using var mounts = await MountNamespace.CreateAsync(gateway.Folder, gateway.Data, "mount -t tmpfs -o size=48m,mode=700 tmpfs \"$1\"");
        gateway.Inside = mounts.Enter;
        await FaultWorld.BuildAsync(gateway);
        (await gateway.RunAsync("source", "set", FaultWorld.Payer, "--fhir", payer.FhirUrl, "--allow", payer.Origin)).Expect(0);
        await gateway.StartAsync();
        var begun = (await gateway.RunAsync("export", FaultWorld.Payer, "--full")).Expect(0);
        var job = begun.Json.GetProperty("job").GetString()!;
        JsonElement shown = default;
        for (var i = 0; i < 240 && (shown.ValueKind == JsonValueKind.Undefined || shown.GetProperty("state").GetString() == "running"); i++)
        {
            await Task.Delay(250, TestContext.Current.CancellationToken);
            Assert.True(gateway.IsRunning, gateway.Log);
            if (await gateway.RunAsync("submission", "show", job, "--json") is { Exit: 0 or 1 } said)
                shown = said.Json;
        }

        Assert.Equal("failed", shown.GetProperty("state").GetString());
        Assert.Contains("disk is full", shown.GetProperty("fault").GetString(), StringComparison.Ordinal);
        using (var live = await gateway.Client.GetAsync(gateway.Url("/health/live"), TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.True(new DriveInfo(mounts.Outside(gateway.Data)).AvailableFreeSpace > 20 << 20);
        using var sender = await MllpConnection.ConnectAsync(gateway.Mllp, TestContext.Current.CancellationToken);
        Assert.Equal("AA", (await sender.SendAsync(FaultWorld.Admit(2, "V1", "AFTER"), TestContext.Current.CancellationToken)).Code);
        Assert.Equal(0, await gateway.StopAsync(TimeSpan.FromSeconds(25)));
        (await gateway.RunAsync("audit", "verify")).Expect(0);
    }

    private static int LinesOf(JsonElement receipt) => receipt.TryGetProperty("counts", out var counts) ? counts.GetProperty("lines").GetInt32() : 0;

    private static async Task<JsonElement> UntilAsync(GatewayProcess gateway, string submission, Func<JsonElement, bool> holds)
    {
        for (var i = 0; i < 600; i++)
        {
            var (status, body) = await ShowAsync(gateway, submission);
            if (status == HttpStatusCode.OK && JsonSerializer.Deserialize<JsonElement>(body) is var receipt && holds(receipt))
                return receipt;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException(gateway.Log);
    }

    private static async Task<(HttpStatusCode Status, string Body)> ShowAsync(GatewayProcess gateway, string submission)
    {
        using var request = await gateway.RequestAsync(HttpMethod.Get, FaultWorld.Payer, "/intake/submissions/" + submission, TestContext.Current.CancellationToken);
        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<(HttpStatusCode Status, string Body)> UploadAsync(GatewayProcess gateway)
    {
        using var request = await gateway.RequestAsync(HttpMethod.Post, FaultWorld.Payer, "/intake/ndjson", TestContext.Current.CancellationToken);
        request.Headers.Add("Idempotency-Key", "full-disk");
        request.Content = new MadeContent(ClaimFiles.Claims(Lines));
        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Writes until nothing more goes in.</summary>
    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var block = 1 << 20; block > 0;)
        {
            try
            {
                file.Write(new byte[block]);
            }
            catch (IOException)
            {
                block /= 2;
            }
        }
    }
}
