using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Journal;
using FhirGateway.Submissions;

namespace FhirGateway.Tests.BulkFhir;

public sealed class ExportFaultTests
{
    private const string T1 = "2026-11-01T00:00:00Z";

    private static string Patient(string id) => $$"""{"resourceType":"Patient","id":"{{id}}","name":[{"family":"Ash"}],"birthDate":"1950-01-02"}""" + "\n";

    [Fact]
    public async Task What_came_of_a_forgotten_export_is_fetched_again_from_the_new_one()
    {
        await using var world = await ExportWorld.StartAsync(c => c with { AcceptsPartialManifests = true, Dialect = "stu3" });
        world.Peer.Files["/f/p"] = Patient("old");
        world.Peer.Instead = (r, before) =>
        {
            if (r is not { Method: "GET", Target: "/status/0" })
                return null;
            if (before == 0)
                return new("202 Accepted", world.Peer.ManifestOf(T1, "Patient /f/p"));
            world.Peer.Files["/f/p"] = Patient("new") + Patient("newer");
            return new("404 Not Found");
        };
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf(T1, "Patient /f/p");
        var (job, detail) = await world.ExportAsync();
        Assert.Equal((BulkJobState.Completed, 1, 2), (job.State, detail.Steps[0].Restarts, world.Peer.Count("GET", "/f/p")));
        Assert.Equal(2, await world.LinesAsync(job.Id));
    }

    [Theory]
    [InlineData(2L, 10L, "aa", true)]
    [InlineData(3L, 10L, "aa", false)]
    [InlineData(2L, 11L, "aa", false)]
    [InlineData(2L, 10L, "bb", false)]
    [InlineData(null, 10L, "aa", false)]
    public void A_fetched_file_stands_for_another_only_under_the_same_promise(long? count, long? size, string sha256, bool isSame)
    {
        var file = new ManifestFile { Kind = ManifestFileKind.Output, Url = new Uri("https://payer.example/f"), Count = 2, Size = 10, Sha256 = "aa" };
        var entry = FetchLedgerEntry.Of("key", new SpooledFile("f", "f", 10, "aa"), file);
        Assert.Equal(isSame, entry.IsOf(file with { Count = count, Size = size, Sha256 = sha256 }));
    }

    [Fact]
    public async Task A_fault_of_ours_ends_the_export_at_its_server_too()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf(T1, "Patient /f/p");
        world.Peer.Instead = (r, _) =>
        {
            // A folder where the ledger of the fetch would be: no fault that anybody foresees.
            if (r is { Method: "GET", Target: "/status/0" })
                Directory.CreateDirectory(Path.Combine(Directory.GetDirectories(world.Spool, "incoming-j-*").Single(), FetchLedger.FileName));
            return null;
        };
        var (job, _) = await world.ExportAsync();
        Assert.Equal(BulkJobState.Failed, job.State);
        Assert.Contains("internal error", job.Fault, StringComparison.Ordinal);
        await world.UntilAsync(job.Id, _ => world.Peer.Count("DELETE", "/status/0") == 1 && Directory.GetDirectories(world.Spool, "incoming-j-*").Length == 0);
    }

    [Fact]
    public async Task A_disk_that_stays_broken_ends_the_export_after_its_last_try()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        string? id = null;
        world.Peer.Instead = (r, before) =>
        {
            // A file where the folder of the job would be: whatever is tried fails.
            if (before == 0 && r.Target == "/fhir/metadata" && SpinWait.SpinUntil(() => Volatile.Read(ref id) is not null, TimeSpan.FromSeconds(20)))
                File.WriteAllText(Path.Combine(world.Spool, $"incoming-{id}-00000"), "");
            return null;
        };
        var begun = await world.Exports.BeginAsync(world.Source, ExportRunner.Standing(world.Source), "test", TestContext.Current.CancellationToken);
        Volatile.Write(ref id, begun!.Id);
        var (job, _) = await world.EndAsync(begun.Id);
        Assert.Equal(BulkJobState.Failed, job.State);
        Assert.Contains("50 times in a row", job.Fault, StringComparison.Ordinal);
        Assert.Equal(50, world.Peer.Count("GET", "/fhir/metadata"));
    }

    [Fact]
    public void Faults_in_a_row_wait_longer_each_time_and_begin_anew_when_the_job_came_further()
    {
        var faults = new ExportFaults();
        ExportProgress At(int step, int files) => new(step, 2, ExportStepKind.Data, null, new FetchProgress(9, files, 0, 0, 0));
        Assert.Equal([1, 2, 1, 2, 3, 1], [faults.Add("j", At(1, 0)), faults.Add("j", At(1, 0)), faults.Add("j", At(1, 3)), faults.Add("j", At(1, 2)), faults.Add("j", null), faults.Add("j", At(2, 0))]);
        Assert.Equal([1, 2, 4, 256, 300, 300], [.. new[] { 1, 2, 3, 9, 10, 50 }.Select(n => (int)ExportFaults.Pause(n).TotalSeconds)]);
    }
}
