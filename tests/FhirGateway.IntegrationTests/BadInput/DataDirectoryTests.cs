using System.Globalization;
using System.Net;
using System.Text;
using FhirGateway.IntegrationTests.Faults;
using FhirGateway.Simulation.Mllp;

namespace FhirGateway.IntegrationTests.BadInput;

/// <summary>A data directory that is read-only, full, a file, or owned by another process.</summary>
public sealed class DataDirectoryTests
{
    [Fact]
    public async Task A_read_only_directory_is_said_and_nothing_is_served()
    {
        await using var gateway = new GatewayProcess();
        await FaultWorld.BuildAsync(gateway);
        await using var mounts = await MountNamespace.CreateAsync(gateway.Folder, gateway.Data, "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\"");
        gateway.Inside = mounts.Enter;
        foreach (var verb in new[] { "serve", "source list", "status" })
        {
            var outcome = (await gateway.RunAsync(verb.Split(' '))).Expect(2);
            Assert.Contains(gateway.Data, outcome.Error, StringComparison.Ordinal);
            Assert.Contains("ead-only", outcome.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_second_gateway_on_the_same_directory_says_who_owns_it()
    {
        await using var gateway = new GatewayProcess();
        await gateway.StartAsync();
        var second = (await gateway.RunAsync("serve", "--http", "127.0.0.1:0", "--mllp", "127.0.0.1:0")).Expect(2);
        Assert.Contains($"process {gateway.Id}", second.Error, StringComparison.Ordinal);
        Assert.Contains("--data", second.Error, StringComparison.Ordinal);
        Assert.True(gateway.IsRunning);
        (await gateway.RunAsync("status")).Expect(0);
    }

    [Fact]
    public async Task A_file_in_place_of_the_directory_is_said()
    {
        await using var gateway = new GatewayProcess();
        gateway.Write("data", "");
        Assert.Contains("is a file", (await gateway.RunAsync("serve")).Expect(2).Error, StringComparison.Ordinal);
    }

    /// <summary>F-09: no AA once the disk is full; when there is space again it goes on without repair by hand.</summary>
    [Fact]
    public async Task On_a_full_disk_nothing_is_acknowledged_and_space_is_all_it_needs_to_go_on()
    {
        await using var gateway = new GatewayProcess();
        Directory.CreateDirectory(gateway.Data);
        await using var mounts = await MountNamespace.CreateAsync(gateway.Folder, gateway.Data, "mount -t tmpfs -o size=64m,mode=700 tmpfs \"$1\"");
        gateway.Inside = mounts.Enter;
        await FaultWorld.BuildAsync(gateway);
        await FaultWorld.AddClientsAsync(gateway);
        await gateway.StartAsync();
        var process = gateway.Id;
        var accepted = new List<int>();
        using (var sender = await MllpConnection.ConnectAsync(gateway.Mllp, TestContext.Current.CancellationToken))
        {
            Assert.Equal("AA", await SendAsync(sender, 0, accepted));
            // A token is got while there is room: a new one could not be recorded on a full disk.
            Assert.Equal(HttpStatusCode.OK, (await UploadAsync(gateway, 512)).Status);
            var filler = Path.Combine(mounts.Outside(gateway.Data), "filler");
            Fill(filler);
            for (var i = 1; i <= 60; i++)
                Assert.Equal("AR", await SendAsync(sender, i, accepted));
            var upload = await UploadAsync(gateway, 64 * 1024);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, upload.Status);
            Assert.Contains("OperationOutcome", upload.Body, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync(gateway.Url("/health/live"), TestContext.Current.CancellationToken)).StatusCode);
            var roster = await gateway.RunAsync("roster", "load", "roster.csv", "--source", FaultWorld.Payer, "--change");
            Assert.True(roster.Exit is 0 or 2, roster.Error);
            Assert.DoesNotContain("   at ", roster.Error, StringComparison.Ordinal);

            File.Delete(filler);
            Assert.Equal("AA", await SendAsync(sender, 62, accepted));
        }

        Assert.Equal(HttpStatusCode.OK, (await UploadAsync(gateway, 1024)).Status);
        await CheckAsync(gateway, accepted);
        Assert.Equal(process, gateway.Id);
        Assert.True(gateway.IsRunning);
        Assert.Equal(0, await gateway.StopAsync(TimeSpan.FromSeconds(25)));
        (await gateway.RunAsync("audit", "verify")).Expect(0);
        await gateway.StartAsync();
        await CheckAsync(gateway, accepted);
        Assert.DoesNotContain("Fault" + "aa", gateway.Log, StringComparison.Ordinal);
    }

    /// <summary>Where the journal has a disk of its own it goes on taking messages; a verb says that they are not yet effective, and waits no longer.</summary>
    [Fact]
    public async Task Where_only_the_state_is_full_messages_wait_in_the_journal_and_a_verb_says_so()
    {
        await using var gateway = new GatewayProcess();
        Directory.CreateDirectory(gateway.Data);
        await using var mounts = await MountNamespace.CreateAsync(gateway.Folder, gateway.Data,
            "mount -t tmpfs -o size=64m,mode=700 tmpfs \"$1\" && mkdir -m 700 \"$1/journal\" && mount -t tmpfs -o size=64m,mode=700 tmpfs \"$1/journal\"");
        gateway.Inside = mounts.Enter;
        await FaultWorld.BuildAsync(gateway);
        await FaultWorld.AddClientsAsync(gateway);
        await gateway.StartAsync();
        var accepted = new List<int>();
        using var sender = await MllpConnection.ConnectAsync(gateway.Mllp, TestContext.Current.CancellationToken);
        Assert.Equal("AA", await SendAsync(sender, 0, accepted));
        var filler = Path.Combine(mounts.Outside(gateway.Data), "filler");
        Fill(filler);
        for (var i = 1; i <= 60; i++)
            Assert.Equal("AA", await SendAsync(sender, i, accepted));
        string[] replay = ["replay", "--source", FaultWorld.Hospital, "--dry-run"];
        var waited = (await gateway.RunAsync(replay)).Expect(2);
        Assert.Contains("state cannot be written", waited.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", waited.Error, StringComparison.Ordinal);

        File.Delete(filler);
        await CheckAsync(gateway, accepted);
        Assert.StartsWith("61 messages", (await gateway.RunAsync(replay)).Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(0, await gateway.StopAsync(TimeSpan.FromSeconds(25)));
    }

    /// <summary>A gateway that is stopped or killed while the disk is full starts again, once there is space, with all that it had.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_on_a_full_disk_loses_nothing(bool gracefully)
    {
        await using var gateway = new GatewayProcess();
        Directory.CreateDirectory(gateway.Data);
        await using var mounts = await MountNamespace.CreateAsync(gateway.Folder, gateway.Data, "mount -t tmpfs -o size=64m,mode=700 tmpfs \"$1\"");
        gateway.Inside = mounts.Enter;
        await FaultWorld.BuildAsync(gateway);
        await FaultWorld.AddClientsAsync(gateway);
        await gateway.StartAsync();
        var accepted = new List<int>();
        var filler = Path.Combine(mounts.Outside(gateway.Data), "filler");
        using (var sender = await MllpConnection.ConnectAsync(gateway.Mllp, TestContext.Current.CancellationToken))
        {
            for (var i = 0; i < 200; i++)
            {
                await SendAsync(sender, i, accepted);
                if (i == 100)
                    Fill(filler);
            }
        }

        if (gracefully)
            await gateway.StopAsync(TimeSpan.FromSeconds(25));
        else
            await gateway.KillAsync();
        File.Delete(filler);
        await gateway.StartAsync();
        await CheckAsync(gateway, accepted);
        Assert.Equal(0, await gateway.StopAsync(TimeSpan.FromSeconds(25)));
        (await gateway.RunAsync("audit", "verify")).Expect(0);
    }

    private static async Task<string> SendAsync(MllpConnection sender, int number, List<int> accepted)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"FULL{number}");
        var answer = await sender.SendAsync(FaultWorld.Admit(number, "V" + id, id), TestContext.Current.CancellationToken);
        if (answer.IsAccepted)
            accepted.Add(number);
        return answer.Code;
    }

    private static async Task<(HttpStatusCode Status, string Body)> UploadAsync(GatewayProcess gateway, int bytes)
    {
        using var request = await gateway.RequestAsync(HttpMethod.Post, FaultWorld.Payer, "/intake/ndjson?wait=20", TestContext.Current.CancellationToken);
        var lines = new StringBuilder();
        for (var i = 0; lines.Length < bytes; i++)
            lines.Append(FaultWorld.ClaimLine(string.Create(CultureInfo.InvariantCulture, $"full-{bytes}-{i}"), i)).Append('\n');
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(lines.ToString()));
        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task CheckAsync(GatewayProcess gateway, List<int> accepted)
    {
        foreach (var participant in FaultWorld.Participants)
        {
            var due = accepted.Where(p => FaultWorld.IsDue(participant, p)).Select(p => string.Create(CultureInfo.InvariantCulture, $"FULL{p}")).Order().ToList();
            var consumer = new FaultConsumer(gateway, participant, "adt");
            for (var i = 0; i < 100 && consumer.Count < due.Count; i++)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
                await consumer.CatchUpAsync(TestContext.Current.CancellationToken);
            }

            Assert.Equal(due, consumer.Entries.Select(e => e.Origin!).Order());
            Assert.Empty(consumer.Violations);
        }
    }

    /// <summary>Writes until not one byte more goes.</summary>
    private static void Fill(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        var offset = 0L;
        foreach (var size in new[] { 1 << 20, 4096, 1 })
        {
            var block = new byte[size];
            try
            {
                while (true)
                {
                    RandomAccess.Write(file, block, offset);
                    offset += size;
                }
            }
            catch (IOException)
            {
                offset = RandomAccess.GetLength(file);
            }
        }
    }
}
