using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Adapters.Files;
using FhirGateway.Tests.Processing;
using FhirGateway.Tests.State;

namespace FhirGateway.Tests.BulkSubmit;

public sealed class DiskStallsTests
{
    [Fact]
    public void A_job_waits_twice_as_long_after_every_fault_up_to_five_minutes_and_anew_after_progress()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        var stalls = new DiskStalls(clock);
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        {
            stalls.Fault("j-1", 1, fetched: 3);
            clock.Now += TimeSpan.FromSeconds(seconds - 0.5);
            Assert.True(stalls.Holds("j-1"));
            Assert.False(stalls.Holds("j-2"));
            clock.Now += TimeSpan.FromSeconds(0.5);
            Assert.False(stalls.Holds("j-1"));
        }

        stalls.Fault("j-1", 1, fetched: 4);
        clock.Now += TimeSpan.FromSeconds(1);
        Assert.False(stalls.Holds("j-1"));
        stalls.Fault("j-1", 1, fetched: 4);
        Assert.True(stalls.Holds("j-1"));
        stalls.Forget("j-1");
        Assert.False(stalls.Holds("j-1"));
    }

    [Theory]
    [InlineData(28, true)]
    [InlineData(122, true)]
    [InlineData(unchecked((int)0x80070070), true)]
    [InlineData(5, false)]
    [InlineData(30, false)]
    public void A_full_disk_is_told_from_a_broken_one(int code, bool isFull) => Assert.Equal(isFull, DiskFault.IsFull(new IOException("x", code)));

    [Fact]
    public async Task What_was_gathered_for_one_manifest_is_removed_unless_it_is_accepted()
    {
        await using var gateway = await TestGateway.StartAsync();
        var intake = gateway.Engine.BulkIntake;
        var job = await gateway.OpenJobAsync();
        Assert.False(intake.RemoveManifest(job, 1));
        var (first, second) = (intake.FolderOf(job, 1), intake.FolderOf(job, 2));
        await File.WriteAllTextAsync(first.PathOf(0), "x", TestContext.Current.CancellationToken);
        Assert.True(intake.RemoveManifest(job, 1));
        Assert.Equal((false, true), (Directory.Exists(first.Path), Directory.Exists(second.Path)));
        var accepted = await gateway.AcceptAsync(job, 2, new ManifestFile(["{\"resourceType\":\"Patient\",\"id\":\"p1\"}"]));
        Assert.False(intake.RemoveManifest(job, 2));
        Assert.True(Directory.Exists(Path.Combine(gateway.Data, "spool", accepted)));
        Assert.True(DiskFault.TryRemove(first.Path));
    }
}
