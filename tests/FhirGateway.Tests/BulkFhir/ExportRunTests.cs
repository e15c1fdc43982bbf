using System.Text;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Submissions;

namespace FhirGateway.Tests.BulkFhir;

public sealed class ExportRunTests
{
    private const string T1 = "2026-11-01T00:00:00Z";
    private const string T2 = "2026-11-08T00:00:00Z";

    private static string Patients(params string[] ids) =>
        string.Concat(ids.Select(i => $$"""{"resourceType":"Patient","id":"{{i}}","name":[{"family":"F{{i}}","given":["G"]}],"gender":"female","birthDate":"1950-01-02"}""" + "\n"));

    private static string Coverages(params string[] ids) =>
        string.Concat(ids.Select(i => $$"""{"resourceType":"Coverage","id":"{{i}}","status":"active","beneficiary":{"reference":"Patient/a"},"payor":[{"display":"p"}]}""" + "\n"));

    [Fact]
    public async Task An_export_is_accepted_whole_remembered_and_deleted_at_its_server()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        world.Peer.Files["/f/p"] = Patients("a", "b");
        world.Peer.Files["/f/c"] = Coverages("x");
        world.Peer.Manifest = (_, n) => world.Peer.ManifestOf(n == 0 ? T1 : T2, "Patient /f/p", "Coverage /f/c");
        var (job, detail) = await world.ExportAsync();
        Assert.Equal((BulkJobState.Completed, 3L), (job.State, await world.LinesAsync(job.Id)));
        var step = Assert.Single(detail.Steps);
        Assert.Equal((ExportStepKind.Data, 2, 2, 3L, T1), (step.Kind, step.Files, step.Fetched, step.Lines, step.TransactionTime));
        Assert.DoesNotContain("/status/", job.Detail, StringComparison.Ordinal);
        Assert.Equal(1, world.Peer.Count("DELETE", "/status/0"));
        Assert.Equal(world.Peer.Origin, await world.ReadAsync(tx => Assert.Single(tx.Submissions.OfJob(job.Id)).Manifest));
        Assert.DoesNotContain("_since", world.Peer.KickOffs[0].Target, StringComparison.Ordinal);
        var figures = world.Engine.Reader.FiguresOf(world.Source.Number);
        Assert.Equal(DateTimeOffset.Parse(T1, System.Globalization.CultureInfo.InvariantCulture), figures.TransactionTime);
        Assert.NotNull(figures.TimeToManifestSeconds);
        await world.ExportAsync();
        Assert.Contains("_since=" + Uri.EscapeDataString(T1), world.Peer.KickOffs[1].Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_had_holds_back_its_type_and_no_other()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        world.Peer.Files["/f/p"] = Patients("a");
        world.Peer.Manifest = (_, n) => world.Peer.ManifestOf(n == 0 ? T1 : T2, "Patient /f/p", "Coverage /f/missing");
        var (job, detail) = await world.ExportAsync();
        Assert.Equal((BulkJobState.Completed, 1L), (job.State, await world.LinesAsync(job.Id)));
        var failure = Assert.Single(detail.Steps[0].Failures);
        Assert.Equal(("Coverage", FileFaultCode.LinkExpired), (failure.Type, failure.Reason));
        world.Peer.Files["/f/missing"] = Coverages("x");
        var (_, again) = await world.ExportAsync();
        Assert.Equal([T1, null], again.Steps.Select(s => s.Since));
        Assert.Equal("Coverage", Assert.Single(again.Steps[1].Types));
    }

    [Fact]
    public async Task Where_no_file_can_be_had_the_job_failed_and_nothing_is_remembered()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf(T1, "Patient /f/missing");
        var (job, _) = await world.ExportAsync();
        Assert.Equal(BulkJobState.Failed, job.State);
        Assert.Contains("none of 1 files", job.Fault, StringComparison.Ordinal);
        Assert.Empty(await world.ReadAsync(tx => tx.Exports.MarksOf(job.Source, "Patient")));
    }

    [Fact]
    public async Task What_the_server_could_not_export_is_counted_without_its_text_and_asked_for_again()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        world.Peer.Files["/f/p"] = Patients("a");
        world.Peer.Files["/f/e"] = """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found","diagnostics":"Jane Doe"}]}""" + "\n";
        world.Peer.Manifest = (_, _) => $$"""{"transactionTime":"{{T1}}","requiresAccessToken":false,"output":[{{world.Peer.Entry("Patient /f/p")}}],"error":[{{world.Peer.Entry("OperationOutcome /f/e")}}]}""";
        var (job, detail) = await world.ExportAsync();
        Assert.Equal(BulkJobState.Completed, job.State);
        Assert.Equal(1, detail.Steps[0].Issues["error not-found"]);
        Assert.DoesNotContain("Jane", job.Detail, StringComparison.Ordinal);
        Assert.Empty(await world.ReadAsync(tx => tx.Exports.MarksOf(job.Source, "Patient")));
    }

    [Fact]
    public async Task Expired_links_are_replaced_by_those_of_a_fresh_manifest()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        var asked = 0;
        world.Peer.Files["/f/p"] = Patients("a");
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf(T1, $"Patient /f/p?sig={Interlocked.Increment(ref asked)}");
        world.Peer.Instead = (r, _) => r.Target == "/f/p?sig=1" ? new ExportPeer.Reply("403 Forbidden") : null;
        var (job, detail) = await world.ExportAsync();
        Assert.Equal((BulkJobState.Completed, 1), (job.State, detail.Steps[0].Fetched));
        Assert.DoesNotContain("sig=", job.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Partial_manifests_and_pages_are_followed_and_every_file_is_fetched_once()
    {
        await using var world = await ExportWorld.StartAsync(c => c with { AcceptsPartialManifests = true, Dialect = "stu3" });
        foreach (var n in Enumerable.Range(1, 3))
            world.Peer.Files["/f/" + n] = Patients("p" + n);
        string Page(string next, params string[] files) => world.Peer.ManifestOf(T1, files).TrimEnd('}') + (next.Length == 0 ? "}" : $$""","link":[{"relation":"next","url":"{{world.Peer.Origin}}{{next}}"}]}""");
        world.Peer.Instead = (r, before) => (r.Method, r.Target, before) switch
        {
            ("GET", "/status/0", 0) => new("202 Accepted", Page("", "Patient /f/1")),
            ("GET", "/status/0", _) => new("202 Accepted", Page("/page/2", "Patient /f/1", "Patient /f/2")),
            ("GET", "/page/2", 0) => new("202 Accepted"),
            ("GET", "/page/2", _) => new("200 OK", Page("", "Patient /f/3")),
            _ => null,
        };
        var (job, detail) = await world.ExportAsync();
        Assert.Equal((BulkJobState.Completed, 3), (job.State, detail.Steps[0].Fetched));
        Assert.All([1, 2, 3], n => Assert.Equal(1, world.Peer.Count("GET", "/f/" + n)));
        Assert.Contains("allowPartialManifests=true", world.Peer.KickOffs[0].Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S_18_a_manifest_whose_pages_lead_in_a_circle_ends_the_job_with_its_reason()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        world.Peer.Manifest = (_, _) => $$"""{"requiresAccessToken":false,"output":[],"link":[{"relation":"next","url":"{{world.Peer.Origin}}/status/0"}]}""";
        var (job, _) = await world.ExportAsync();
        Assert.Equal(BulkJobState.Failed, job.State);
        Assert.Contains("read before", job.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S_24_an_endless_202_ends_at_the_deadline()
    {
        await using var world = await ExportWorld.StartAsync(c => c, ExportWorld.Hasty with { MostWait = TimeSpan.FromMilliseconds(300), Pace = 0.01 });
        world.Peer.Instead = (r, _) => r.Target == "/status/0" ? new("202 Accepted", "", "Retry-After: 5", "X-Progress: half") : null;
        var (job, _) = await world.ExportAsync();
        Assert.Equal(BulkJobState.Failed, job.State);
        Assert.Contains("no result within", job.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_server_is_waited_for_and_transient_faults_are_asked_again()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        world.Peer.Files["/f/p"] = Patients("a");
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf(T1, "Patient /f/p");
        world.Peer.Instead = (r, before) => (r.Target.Split('?')[0], before) switch
        {
            ("/fhir/Patient/$export", < 2) => new("429 Too Many Requests", "", "Retry-After: 1795348860"),
            ("/status/0", 0) => new("500 Internal Server Error", """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"transient"}]}"""),
            ("/status/0", 1) => new("502 Bad Gateway", "<html>"),
            ("/status/0", 2) => new("429 Too Many Requests"),
            _ => null,
        };
        var (job, _) = await world.ExportAsync();
        Assert.Equal(BulkJobState.Completed, job.State);
    }

    [Fact]
    public async Task Optional_parameters_that_are_refused_are_left_away_and_named()
    {
        await using var world = await ExportWorld.StartAsync(c => c with { OrganizeOutputBy = "Patient", AssociatedData = ["LatestProvenanceResources"], Dialect = "stu3" });
        world.Peer.Files["/f/p"] = Patients("a");
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf(T1, "Patient /f/p");
        world.Peer.Instead = (r, _) => r.Target.Contains("$export", StringComparison.Ordinal) && r.Target.Contains("organizeOutputBy", StringComparison.Ordinal)
            ? new("400 Bad Request", """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-supported","diagnostics":"organizeOutputBy"}]}""")
            : null;
        var (job, detail) = await world.ExportAsync();
        Assert.Equal(BulkJobState.Completed, job.State);
        Assert.Equal("organizeOutputBy", Assert.Single(detail.Steps[0].Dropped));
        Assert.Contains("includeAssociatedData", world.Peer.KickOffs[0].Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kick_off_that_is_refused_says_the_codes_and_no_text()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        world.Peer.Instead = (r, _) => r.Target.Contains("$export", StringComparison.Ordinal)
            ? new("403 Forbidden", """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"forbidden","diagnostics":"Jane Doe"}]}""")
            : null;
        var (job, _) = await world.ExportAsync();
        Assert.Equal((BulkJobState.Failed, "the kick-off of the export was refused: HTTP 403 (error forbidden)"), (job.State, job.Fault));
    }

    [Fact]
    public async Task An_export_that_the_server_forgot_is_begun_anew()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        world.Peer.Files["/f/p"] = Patients("a");
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf(T1, "Patient /f/p");
        world.Peer.Instead = (r, _) => r.Target == "/status/0" ? new("404 Not Found") : null;
        var (job, detail) = await world.ExportAsync();
        Assert.Equal((BulkJobState.Completed, 1, 2), (job.State, detail.Steps[0].Restarts, world.Peer.KickOffs.Count));
    }

    [Fact]
    public async Task A_restart_goes_on_with_the_export_that_is_under_way_and_fetches_nothing_twice()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        world.Peer.Files["/f/p"] = Patients("a", "b");
        world.Peer.Files["/f/c"] = Coverages("x");
        var isReady = false;
        string Partial() => world.Peer.ManifestOf(T1, "Patient /f/p");
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf(T1, "Patient /f/p", "Coverage /f/c");
        world.Peer.Instead = (r, _) => r is { Method: "GET", Target: "/status/0" } && !Volatile.Read(ref isReady) ? new("202 Accepted", Partial(), "Retry-After: 3600") : null;
        var begun = await world.Exports.BeginAsync(world.Source, ExportRunner.Standing(world.Source), "test", TestContext.Current.CancellationToken);
        await world.UntilAsync(begun!.Id, _ => world.Peer.Count("GET", "/f/p") > 0 && world.Peer.Count("GET", "/status/0") > 1);
        await world.RestartAsync();
        Volatile.Write(ref isReady, true);
        var (job, detail) = await world.EndAsync(begun.Id);
        Assert.Equal((BulkJobState.Completed, 1, 3L), (job.State, world.Peer.KickOffs.Count, await world.LinesAsync(job.Id)));
        Assert.Equal((1, 2), (world.Peer.Count("GET", "/f/p"), detail.Steps[0].Fetched));
    }

    [Fact]
    public async Task A_source_has_one_export_at_a_time_and_a_cancelled_one_is_ended_at_its_server()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        world.Peer.Instead = (r, _) => r is { Method: "GET", Target: "/status/0" } ? new("202 Accepted") : null;
        var standing = ExportRunner.Standing(world.Source);
        var begun = await world.Exports.BeginAsync(world.Source, standing, "test", TestContext.Current.CancellationToken);
        await world.UntilAsync(begun!.Id, _ => world.Peer.Count("GET", "/status/0") > 0);
        Assert.Null(await world.Exports.BeginAsync(world.Source, standing, "test", TestContext.Current.CancellationToken));
        Assert.True((await world.Engine.Submissions.CancelAsync(begun.Id, "test", TestContext.Current.CancellationToken)).IsDone);
        await world.UntilAsync(begun.Id, _ => world.Peer.Count("DELETE", "/status/0") > 0);
        Assert.NotNull(await world.Exports.BeginAsync(world.Source, standing, "test", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task New_members_of_a_Group_get_their_history_although_since_would_hide_it()
    {
        await using var world = await ExportWorld.StartAsync(c => c with { Group = "g", Dialect = "stu2", Types = ["Patient", "Coverage"] });
        var members = new List<string> { "a", "b" };
        world.Peer.Files["/f/c"] = Coverages("x");
        world.Peer.Manifest = (_, n) =>
        {
            world.Peer.Files["/f/m" + n] = Patients([.. members]);
            return world.Peer.ManifestOf(n < 2 ? T1 : T2, "Patient /f/m" + n, "Coverage /f/c");
        };
        var (_, first) = await world.ExportAsync();
        Assert.Equal([ExportStepKind.Members, ExportStepKind.Data], first.Steps.Select(s => s.Kind));
        Assert.Contains("_elements=id", world.Peer.KickOffs[0].Target, StringComparison.Ordinal);
        members.Add("c");
        var (job, second) = await world.ExportAsync();
        Assert.Equal([ExportStepKind.Members, ExportStepKind.NewMembers, ExportStepKind.Data], second.Steps.Select(s => s.Kind));
        Assert.Equal("c", Assert.Single(second.Steps[1].Patients));
        var asked = Encoding.UTF8.GetString(world.Peer.KickOffs[3].Body);
        Assert.Contains("Patient/c", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("_since", asked, StringComparison.Ordinal);
        Assert.Contains("_since", world.Peer.KickOffs[4].Target, StringComparison.Ordinal);
        var (_, third) = await world.ExportAsync();
        Assert.Equal([ExportStepKind.Members, ExportStepKind.Data], third.Steps.Select(s => s.Kind));
        Assert.Equal(BulkJobState.Completed, job.State);
    }

    [Fact]
    public async Task A_server_without_lists_of_patients_is_asked_for_everything_when_members_are_new()
    {
        await using var world = await ExportWorld.StartAsync(c => c with { Group = "g", Dialect = "dpc" });
        var members = new List<string> { "a" };
        world.Peer.Manifest = (_, n) =>
        {
            world.Peer.Files["/f/m" + n] = Patients([.. members]);
            return world.Peer.ManifestOf(T1, "Patient /f/m" + n);
        };
        await world.ExportAsync();
        members.Add("b");
        var (_, detail) = await world.ExportAsync();
        Assert.Null(detail.Steps[^1].Since);
        Assert.Contains(detail.Notes, n => n.Contains("everything is asked for", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_sends_the_history_itself_is_asked_once()
    {
        await using var world = await ExportWorld.StartAsync(c => c with { Dialect = "bcda" });
        world.Peer.Files["/f/p"] = Patients("a");
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf(T1, "Patient /f/p");
        await world.ExportAsync();
        var (_, detail) = await world.ExportAsync();
        Assert.Equal((ExportStepKind.Data, T1), (Assert.Single(detail.Steps).Kind, detail.Steps[0].Since));
        Assert.StartsWith("/fhir/Group/all/$export", world.Peer.KickOffs[1].Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_beginning_is_said_where_an_absent_since_means_the_last_job()
    {
        await using var world = await ExportWorld.StartAsync(c => c with { Dialect = "ab2d" });
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf(T1);
        await world.ExportAsync();
        Assert.Contains("_since=2020-02-13", world.Peer.KickOffs[0].Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transaction_time_far_ahead_is_not_remembered()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        world.Peer.Files["/f/p"] = Patients("a");
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf("2999-01-01T00:00:00Z", "Patient /f/p");
        var (job, _) = await world.ExportAsync();
        Assert.Equal(BulkJobState.Completed, job.State);
        Assert.Empty(await world.ReadAsync(tx => tx.Exports.MarksOf(job.Source, "Patient")));
    }
}
