using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Submissions;

namespace FhirGateway.Tests.BulkFhir;

public sealed class ExportScheduleTests
{
    [Fact]
    public async Task A_source_with_a_schedule_is_exported_by_itself_and_not_again_before_its_time()
    {
        await using var world = await ExportWorld.StartAsync(
            c => c with { EveryHours = 24, Types = ["Patient"] }, ExportWorld.Hasty with { ScheduleEvery = TimeSpan.FromMilliseconds(30) });
        world.Peer.Files["/f/p"] = """{"resourceType":"Patient","id":"a","name":[{"family":"Ash"}]}""" + "\n";
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf("2026-11-01T00:00:00Z", "Patient /f/p");
        string? id = null;
        for (var i = 0; id is null && i < 500; i++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            id = await world.ReadAsync(tx => tx.Jobs.Newest(world.Source.Number, 1) is [var newest, ..] ? newest.Id : null);
        }

        var (job, detail) = await world.EndAsync(id!);
        Assert.Equal(BulkJobState.Completed, job.State);
        Assert.Equal("Patient", Assert.Single(detail.Types));
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.Single(await world.ReadAsync(tx => tx.Jobs.Newest(world.Source.Number, 10)));
    }

    [Fact]
    public async Task A_paused_export_stops_asking_and_goes_on_when_it_is_resumed()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        var isReady = false;
        world.Peer.Files["/f/p"] = """{"resourceType":"Patient","id":"a","name":[{"family":"Ash"}]}""" + "\n";
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf("2026-11-01T00:00:00Z", "Patient /f/p");
        world.Peer.Instead = (r, _) => r is { Method: "GET", Target: "/status/0" } && !Volatile.Read(ref isReady) ? new("202 Accepted") : null;
        var begun = await world.Exports.BeginAsync(world.Source, ExportRunner.Standing(world.Source), "test", TestContext.Current.CancellationToken);
        await world.UntilAsync(begun!.Id, _ => world.Peer.Count("GET", "/status/0") > 0);
        Assert.True((await world.Engine.Submissions.PauseAsync(begun.Id, "test", TestContext.Current.CancellationToken)).IsDone);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        var asked = world.Peer.Count("GET", "/status/0");
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.Equal(asked, world.Peer.Count("GET", "/status/0"));
        Assert.Equal(0, world.Peer.Count("DELETE", "/status/0"));
        Volatile.Write(ref isReady, true);
        Assert.True((await world.Engine.Submissions.ResumeAsync(begun.Id, "test", TestContext.Current.CancellationToken)).IsDone);
        var (job, _) = await world.EndAsync(begun.Id);
        Assert.Equal((BulkJobState.Completed, 1), (job.State, world.Peer.KickOffs.Count));
    }
}
