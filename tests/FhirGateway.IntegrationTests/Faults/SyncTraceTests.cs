using System.Globalization;
using FhirGateway.Simulation.Mllp;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>F-02: durable before AA, seen from outside by the system calls. GATEWAY_TRACE_MESSAGES says how many messages (100 unless set; eng/sync-trace.sh sets 1,000).</summary>
public sealed class SyncTraceTests
{
    private const int Connections = 4;

    [Fact]
    public async Task A_sync_of_the_journal_lies_between_each_frame_and_its_AA()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is absent");
        var count = int.TryParse(Environment.GetEnvironmentVariable("GATEWAY_TRACE_MESSAGES"), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : 100;
        await using var gateway = new GatewayProcess();
        await FaultWorld.BuildAsync(gateway);
        var trace = Path.Combine(gateway.Folder, "trace");
        // -D keeps the gateway the child, so that its process id is what we stop.
        gateway.Before = ["strace", "-D", "-f", "-y", "-s", "65536", "-o", trace, "-e", "trace=read,recvfrom,recvmsg,write,pwrite64,pwritev,sendto,sendmsg,fdatasync,fsync", "--"];
        await gateway.StartAsync();
        var ids = Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"F02-{i:d6}")).ToList();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async lane =>
        {
            using var connection = await MllpConnection.ConnectAsync(gateway.Mllp, TestContext.Current.CancellationToken);
            for (var i = lane; i < count; i += Connections)
                Assert.Equal(new MllpAnswer("AA", ids[i]), await connection.SendAsync(FaultWorld.Admit(i % FaultWorld.Patients, "V" + ids[i], ids[i]), TestContext.Current.CancellationToken));
        }));
        Assert.Equal(0, await gateway.StopAsync(TimeSpan.FromSeconds(60)));
        await Task.Delay(500, TestContext.Current.CancellationToken);

        var lines = await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken);
        var violations = SyncTrace.Check(lines, ids).Where(m => m.Value is not null).ToList();
        var syncs = lines.Count(l => l.Contains("fdatasync", StringComparison.Ordinal) && l.Contains("/journal/", StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine($"messages {count}, journal syncs {syncs}, lines of trace {lines.Length}, violations {violations.Count}");
        Assert.True(violations.Count == 0, string.Join('\n', violations.Take(20)));
        Assert.True(syncs > 0);

        // The check itself must be able to fail: without the syncs, and with the syncs after the answers, every message is one.
        var withoutSyncs = lines.Where(l => !l.Contains("sync", StringComparison.Ordinal)).ToList();
        Assert.All(SyncTrace.Check(withoutSyncs, ids), m => Assert.NotNull(m.Value));
        var late = withoutSyncs.Concat(lines.Where(l => l.Contains("sync(", StringComparison.Ordinal)));
        Assert.All(SyncTrace.Check(late, ids), m => Assert.NotNull(m.Value));
    }

    [Fact]
    public void The_check_reads_calls_that_were_interrupted_by_others()
    {
        string[] trace =
        [
            "11 recvmsg(50<socket:[1]>, <unfinished ...>",
            "12 fdatasync(40<d/journal/0.log> <unfinished ...>",
            "11 <... recvmsg resumed>{msg_iov=[{iov_base=\"MSH|^~|ADT^A01^ADT_A01|A-1|P\"}]}, 0) = 30",
            "13 pwrite64(40<d/journal/0.log>, \"MSH|^~|ADT^A01^ADT_A01|A-1|P\", 30, 0) = 30",
            "12 <... fdatasync resumed>)               = 0",
            "11 sendmsg(50<socket:[1]>, \"MSA|AA|A-1\", 0) = 10",
        ];
        Assert.Equal("no fdatasync follows the journal write", Assert.Single(SyncTrace.Check(trace, ["A-1"])).Value);
        Assert.Null(Assert.Single(SyncTrace.Check([.. trace[..5], "12 fdatasync(40<d/journal/0.log>) = 0", trace[5]], ["A-1"])).Value);
        Assert.NotNull(Assert.Single(SyncTrace.Check([.. trace[..5], "12 fdatasync(40<d/journal/0.log>) = -1 EIO (Input/output error)", trace[5]], ["A-1"])).Value);
    }
}
