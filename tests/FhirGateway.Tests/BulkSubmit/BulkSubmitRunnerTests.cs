using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Processing;
using FhirGateway.Submissions;
using FhirGateway.Tests.BulkFhir;

namespace FhirGateway.Tests.BulkSubmit;

public sealed class BulkSubmitRunnerTests
{
    private const string Patient = "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"gender\":\"female\"}\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_submission_sealed_with_another_key_fails_alone_and_says_why()
    {
        await using var rig = await SubmitRig.StartAsync();
        using var other = SecretBox.Open(rig.Folder.In("other.key"));
        using var foreign = rig.Foreign(other);
        rig.Manifest("/m", "Patient /p");
        rig.Peer.Files["/p"] = Patient;
        var closed = await rig.SubmitAsync("sub-1", "/m", foreign);
        var own = await rig.SubmitAsync("sub-2", "/m");
        await Assert.ThrowsAsync<SealedSecretException>(() => rig.Submits.FindAsync(rig.Source, closed, Token));
        rig.Run();
        var failed = await rig.EndAsync(closed);
        Assert.Equal(BulkJobState.Failed, failed.State);
        Assert.Contains("keys/secrets.key", failed.Fault, StringComparison.Ordinal);
        Assert.Equal(BulkJobState.Completed, (await rig.EndAsync(own)).State);
        Assert.False(rig.Engine.Failed.IsCompleted);
    }

    [Fact]
    public async Task A_disk_that_fails_one_submission_holds_up_no_other_and_it_goes_on_when_the_disk_does()
    {
        await using var rig = await SubmitRig.StartAsync();
        rig.Manifest("/m", "Patient /p");
        rig.Peer.Files["/p"] = Patient;
        var first = await rig.SubmitAsync("sub-1", "/m");
        // A file lies where its outcomes are to be written.
        Directory.CreateDirectory(rig.Folder.In("outcomes"));
        await File.WriteAllTextAsync(rig.Folder.In("outcomes/" + first), "", Token);
        rig.Run();
        await SubmitRig.UntilAsync(async () => (await rig.Submits.FindAsync(rig.Source, first, Token))!.Submission.Manifest(1).Stage == ManifestStage.Accepted);
        var second = await rig.SubmitAsync("sub-2", "/m");
        Assert.Equal(BulkJobState.Completed, (await rig.EndAsync(second)).State);
        Assert.Equal(BulkJobState.Running, (await rig.JobAsync(first)).State);
        File.Delete(rig.Folder.In("outcomes/" + first));
        Assert.Equal(BulkJobState.Completed, (await rig.EndAsync(first)).State);
    }

    [Fact]
    public async Task F09_A_manifest_that_does_not_fit_on_the_disk_fails_with_that_reason_and_gives_its_room_back()
    {
        await using var rig = await SubmitRig.StartAsync();
        rig.Manifest("/m", "Patient /p");
        rig.Peer.Files["/p"] = Patient;
        rig.Peer.Instead = (request, _) =>
        {
            if (request.Target == "/p")
                rig.Store.FailNext(new IOException("full", 28));
            return null;
        };
        var job = await rig.SubmitAsync("sub-1", "/m");
        rig.Run();
        Assert.Equal(BulkJobState.Completed, (await rig.EndAsync(job)).State);
        var manifest = (await rig.Submits.FindAsync(rig.Source, job, Token))!.Submission.Manifest(1);
        Assert.Equal(ManifestStage.Failed, manifest.Stage);
        var finding = Assert.Single(manifest.Findings);
        Assert.Equal("no-store", finding.Code);
        Assert.Contains("disk is full", finding.Text, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(rig.Spool));
    }

    [Theory]
    [InlineData(BulkJobState.Cancelled, false)]
    [InlineData(BulkJobState.Paused, true)]
    public async Task What_was_gathered_goes_with_a_submission_that_is_ended_and_stays_with_a_paused_one(BulkJobState state, bool stays)
    {
        await using var rig = await SubmitRig.StartAsync();
        using var gate = new SemaphoreSlim(0);
        rig.Manifest("/m", "Patient /p");
        rig.Peer.Instead = (request, _) =>
        {
            if (request.Target == "/p")
                gate.Wait(TimeSpan.FromSeconds(10), Token);
            return null;
        };
        var job = await rig.SubmitAsync("sub-1", "/m");
        rig.Run();
        await SubmitRig.UntilAsync(() => Task.FromResult(rig.Peer.Count("GET", "/p") > 0));
        Assert.NotEmpty(Directory.EnumerateDirectories(rig.Spool, "incoming-*"));
        await rig.Engine.Store.WriteAsync(StateLane.Messages, tx =>
        {
            tx.Jobs.Update(tx.Jobs.Find(job)! with { State = state });
            return true;
        }, Token);
        rig.Submits.Changed.Set();
        if (stays)
            await Task.Delay(500, Token);
        else
            await SubmitRig.UntilAsync(() => Task.FromResult(!Directory.EnumerateDirectories(rig.Spool, "incoming-*").Any()));
        Assert.Equal(stays, Directory.EnumerateDirectories(rig.Spool, "incoming-*").Any());
        gate.Release();
    }
}
