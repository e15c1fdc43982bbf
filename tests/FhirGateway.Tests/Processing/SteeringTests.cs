using System.Buffers;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.Files;
using FhirGateway.Contracts;
using FhirGateway.Journal;
using FhirGateway.Processing;
using FhirGateway.Submissions;
using static FhirGateway.Tests.Processing.TestGateway;

namespace FhirGateway.Tests.Processing;

public sealed class SteeringTests
{
    private static readonly RosterOptions Full = new();

    private static string[] Many(int count, string day = "2026-03-01") =>
        [Patient("m1"), .. Enumerable.Range(0, count).Select(i => Eob("e" + i, "m1", day))];

    [Fact]
    public async Task Paused_in_flight_and_restarted_at_random_it_ends_with_exact_counts()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        var random = new Random(4);
        var job = await gateway.OpenJobAsync();
        var id = await gateway.AcceptAsync(job, 0, new ManifestFile(Many(700)), new ManifestFile([.. Enumerable.Range(0, 500).Select(i => Eob("f" + i, "m1")), "not json"]));
        await ArrivedAsync(gateway, id);
        for (var i = 0; i < 12; i++)
        {
            await Task.Delay(random.Next(0, 15), TestContext.Current.CancellationToken);
            if (gateway.Engine.Reader.Submission(id)!.State == SubmissionState.Completed)
                break;
            var of = random.Next(2) == 0 ? id : job;
            var paused = await gateway.Engine.Submissions.PauseAsync(of, "test", default);
            if (random.Next(3) == 0)
                await gateway.RestartAsync();
            if (!paused.IsDone)
                continue;
            var at = gateway.Engine.Reader.Submission(id)!;
            await Task.Delay(5, TestContext.Current.CancellationToken);
            Assert.Equal(at.Counts.Lines, gateway.Engine.Reader.Submission(id)!.Counts.Lines);
            Assert.True((await gateway.Engine.Submissions.ResumeAsync(of, "test", default)).IsDone);
        }

        await gateway.DrainAsync();
        var done = gateway.Engine.Reader.Submission(id)!;
        Assert.Equal(SubmissionState.Completed, done.State);
        Assert.Equal((1202, 1201, 1, 1201), (done.Counts.Lines, done.Counts.Stored, done.Counts.Held, done.Counts.Published));
        Assert.Equal(1200, gateway.Events("claims").Count);
        var files = gateway.Engine.BulkReports.Submission(id)!.Files;
        Assert.Equal([(701L, 701L, 0L), (501L, 501L, 1L)], files.Select(f => (f.Lines!.Value, f.Done, f.Held)));
    }

    [Fact]
    public async Task A_paused_submission_does_not_hold_up_others_and_does_not_undo_what_came_after_it()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        var job = await gateway.OpenJobAsync();
        Assert.True((await gateway.Engine.Submissions.PauseAsync(job, "test", default)).IsDone);
        var id = await gateway.AcceptAsync(job, 0, new ManifestFile(Many(3, "2026-02-01")));
        await ArrivedAsync(gateway, id);
        gateway.Clock.Now = gateway.Clock.Now.AddMinutes(1);
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Eob("e1", "m1", "2026-05-01"));
        Assert.Equal(SubmissionState.Paused, gateway.Engine.Reader.Submission(id)!.State);
        Assert.Single(gateway.Events("claims"));
        await gateway.Engine.Submissions.ResumeAsync(job, "test", default);
        await gateway.DrainAsync();
        var done = gateway.Engine.Reader.Submission(id)!;
        Assert.Equal((4, 2, 2), (done.Counts.Lines, done.Counts.Stored, done.Counts.Superseded));
        Assert.Equal(3, gateway.Events("claims").Count);
    }

    [Fact]
    public async Task Cancelled_it_stays_as_far_as_it_came_and_can_be_run_again()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        var job = await gateway.OpenJobAsync();
        var id = await gateway.AcceptAsync(job, 0, new ManifestFile([.. Many(700), "no json"]));
        await ArrivedAsync(gateway, id);
        Assert.True((await gateway.Engine.Submissions.CancelAsync(id, "test", default)).IsDone);
        await gateway.DrainAsync();
        var cancelled = gateway.Engine.Reader.Submission(id)!;
        Assert.Equal(SubmissionState.Cancelled, cancelled.State);
        Assert.Equal(cancelled.Counts.Published, gateway.Events("claims").Count + gateway.Events("clinical").Count);
        Assert.Equal(SteerOutcome.NotPossible, (await gateway.Engine.Submissions.PauseAsync(id, "test", default)).Outcome);

        for (var run = 1; run <= 2; run++)
        {
            Assert.True((await gateway.Engine.Submissions.RerunAsync(id, "test", default)).IsDone);
            if (run == 2)
                await gateway.RestartAsync();
            await gateway.DrainAsync();
            var again = gateway.Engine.Reader.Submission(id)!;
            Assert.Equal((SubmissionState.Completed, run), (again.State, again.Runs));
            Assert.Equal((702, 701, 1), (again.Counts.Lines, again.Counts.Stored + again.Counts.Unchanged, again.Counts.Held));
            Assert.Equal(700, gateway.Events("claims").Count);
            Assert.Single(gateway.Engine.Reader.HeldOf(again.Entry, 10));
            Assert.Equal(702, gateway.Engine.BulkReports.Submission(id)!.Files[0].Done);
        }
    }

    [Fact]
    public async Task What_the_source_deleted_goes_from_every_holder_comes_again_when_sent_and_is_undone_when_stopped()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Eob("e1", "m1"), Eob("e2", "m1"), Eob("e3", "m1"));
        await gateway.ImportAsync(gateway.Payer, Eob("e1", "m1", "2026-03-09"));
        var job = await gateway.OpenJobAsync();
        var deleted = await gateway.SubmitAsync(job, 0, ManifestFile.Deleted(
            "ExplanationOfBenefit/e1", "ExplanationOfBenefit/unknown", "https://payer.example/fhir/ExplanationOfBenefit/e2", "Nonsense/3")
            with { FhirBaseUrl = "https://payer.example/fhir" });
        Assert.Equal((2, 1, 1), (deleted.Counts.Deleted, deleted.Counts.DeletedUnknown, deleted.Counts.WithIssues));
        var claims = await gateway.ReadAsync("claims");
        var withdrawals = claims.Where(c => c.GetProperty("type").GetString() == "claims.withdrawn").ToList();
        Assert.Equal(2, withdrawals.Count);
        Assert.All(withdrawals, w => Assert.Equal(ReasonCodes.DeletedBySource, w.GetProperty("data").GetProperty("reason").GetString()));
        // Both contents of the first one are taken back.
        Assert.Equal(2, withdrawals[0].GetProperty("data").GetProperty("events").GetArrayLength());
        Assert.Equal(2, gateway.Engine.Reader.Status().Resources);

        await gateway.SubmitAsync(job, 1, Eob("e1", "m1", "2026-03-10"));
        Assert.Equal(3, gateway.Engine.Reader.Status().Resources);
        var stopped = await gateway.WithdrawAsync(deleted.Id);
        Assert.Equal((0, 1), (stopped.Counts.Removed, stopped.Counts.Restored));
        Assert.Equal(4, gateway.Engine.Reader.Status().Resources);
        Assert.Equal(3, gateway.Events("claims").Count(e => e.Type == "claims.eob" && e.Withdrawn is null));
    }

    [Fact]
    public async Task A_line_of_another_type_than_promised_a_part_of_a_resource_and_a_block_header_are_told_apart()
    {
        await using var gateway = await StartAsync();
        const string Part = """{"resourceType":"Patient","id":"m1","meta":{"tag":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}]}}""";
        var job = await gateway.OpenJobAsync();
        var first = await gateway.SubmitAsync(job, 0, new ManifestFile([Patient("m1"), Eob("e1", "m1")], Type: "Patient"));
        Assert.Equal((1, 1), (first.Counts.Stored, first.Counts.HeldByReason[ReasonCodes.TypeMismatch]));
        var second = await gateway.SubmitAsync(job, 1, Part, Part.Replace("m1", "m2", StringComparison.Ordinal), """{"resourceType":"Parameters","parameter":[{"name":"header"}]}""");
        Assert.Equal((3, 1, 1), (second.Counts.Lines, second.Counts.Stored, second.Counts.HeldByReason[ReasonCodes.Subsetted]));
        var third = await gateway.SubmitAsync(job, 2, Patient("m2"));
        Assert.Equal(1, third.Counts.Stored);
    }

    [Fact]
    public async Task References_resolve_at_the_end_whatever_the_order_of_files_or_manifests_or_are_reported()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        const string Organization = """{"resourceType":"Organization","id":"o1","identifier":[{"system":"urn:n","value":"7"}],"name":"Clinic","partOf":{"reference":"Organization?identifier=urn:n|8"}}""";
        const string Parent = """{"resourceType":"Organization","id":"o2","identifier":[{"system":"urn:n","value":"8"}],"name":"Group"}""";
        var job = await gateway.OpenJobAsync();
        // The parent comes behind its child, of the same order.
        var one = await gateway.SubmitAsync(job, 0, new ManifestFile([Patient("m1"), Eob("e1", "m1", provider: "Organization?identifier=urn:n|7"), Organization, Parent]));
        Assert.Equal(0, one.Counts.UnresolvedReferences);
        Assert.Equal(4, one.Counts.Lines);
        Assert.Contains("Organization/" + PublishedId.Create("payer-a", "Organization", "o2"), await BodyAsync(gateway, "Organization", "o1"), StringComparison.Ordinal);

        // The practitioner comes with the next manifest of the job.
        var two = await gateway.SubmitAsync(job, 1, Eob("e2", "m1", provider: "Practitioner?identifier=urn:p|1"), Eob("e3", "m1", provider: "Practitioner/later"), Eob("e4", "never"));
        Assert.Equal(1, two.Counts.UnresolvedReferences);
        Assert.Equal([new("Patient", 1L), new("Practitioner", 1L)], two.Counts.MissingTargets);
        await gateway.SubmitAsync(job, 2, """{"resourceType":"Practitioner","id":"p1","identifier":[{"system":"urn:p","value":"1"}]}""", """{"resourceType":"Practitioner","id":"later"}""");
        Assert.Equal(0, gateway.Engine.Reader.Submission(two.Id)!.Counts.UnresolvedReferences);
        Assert.Contains("Practitioner/" + PublishedId.Create("payer-a", "Practitioner", "p1"), await BodyAsync(gateway, "ExplanationOfBenefit", "e2"), StringComparison.Ordinal);
        Assert.Equal([new("Patient", 1L)], gateway.Engine.Reader.MissingTargetsOf(two.Id));
    }

    [Fact]
    public async Task Absolute_references_below_the_base_of_the_submission_are_its_sources_own()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        var job = await gateway.OpenJobAsync();
        var eob = Eob("e1", "m1").Replace("Patient/m1", "https://payer.example/r4/Patient/m1", StringComparison.Ordinal);
        var submitted = await gateway.SubmitAsync(job, 0, new ManifestFile([eob], FhirBaseUrl: "https://payer.example/r4"));
        Assert.Equal(0, submitted.Counts.UnresolvedReferences);
        Assert.Single(gateway.Events("claims"));
    }

    [Fact]
    public async Task Accepting_the_same_manifest_twice_makes_one_submission_and_folders_of_open_jobs_outlive_a_restart()
    {
        await using var gateway = await StartAsync();
        var job = await gateway.OpenJobAsync();
        var id = (await gateway.SubmitAsync(job, 0, Patient("m1"))).Id;
        var folder = gateway.Engine.BulkIntake.FolderOf(job, 0);
        Assert.Equal(id, folder.Accepted!.Submission);
        await gateway.Engine.BulkIntake.AcceptAsync(gateway.Payer, "test", folder, folder.Accepted.Files, null, null, default);
        await gateway.DrainAsync();
        Assert.Single(gateway.Engine.Reader.SubmissionsOf(job));

        var open = gateway.Engine.BulkIntake.FolderOf(job, 1);
        await File.WriteAllTextAsync(open.PathOf(0), "half a fi", TestContext.Current.CancellationToken);
        var ended = await gateway.OpenJobAsync(2);
        var left = gateway.Engine.BulkIntake.FolderOf(ended, 0);
        await gateway.CloseJobAsync(ended);
        await gateway.RestartAsync();
        Assert.Equal("half a fi", await File.ReadAllTextAsync(gateway.Engine.BulkIntake.FolderOf(job, 1).PathOf(0), TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(left.Path));
        var wrong = new SpooledFile(open.SpooledPathOf(0), "x", 5, "");
        await Assert.ThrowsAsync<IOException>(() => gateway.Engine.BulkIntake.AcceptAsync(gateway.Payer, "test", open, [wrong], null, null, default));
        gateway.Engine.BulkIntake.RemoveJob(job);
        Assert.False(Directory.Exists(open.Path));
        Assert.Throws<ArgumentException>(() => gateway.Engine.BulkIntake.FolderOf("../j", 0));
    }

    [Fact]
    public async Task A_sender_gets_one_outcome_per_reason_and_finding_with_the_first_places()
    {
        await using var gateway = await StartAsync();
        var job = await gateway.OpenJobAsync();
        string[] bad = [.. Enumerable.Range(0, 12).Select(i => $$"""{"resourceType":"Patient","id":"p{{i}}","gender":"sometimes"}""")];
        var submitted = await gateway.SubmitAsync(job, 0, new ManifestFile([Patient("ok"), "{", "{", .. bad], FhirBaseUrl: "https://payer.example/r4"), new ManifestFile([Patient("fine")]));
        var outcomes = new SubmissionOutcomes(gateway.Engine.Reader);
        var file = outcomes.FilesOf(submitted)[0];
        Assert.True(file.Errors >= 14, file.CountSeverity["error"].ToString(System.Globalization.CultureInfo.InvariantCulture));
        var buffer = new ArrayBufferWriter<byte>();
        Assert.Equal(file.Count, outcomes.Write(submitted, 0, buffer));
        var lines = Encoding.UTF8.GetString(buffer.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(file.Count, lines.Count);
        Assert.All(lines, l => Assert.Equal("OperationOutcome", l.GetProperty("resourceType").GetString()));
        var held = Assert.Single(lines, l => l.GetRawText().Contains(ReasonCodes.NotJson, StringComparison.Ordinal));
        Assert.Equal(2, held.GetProperty("issue").GetArrayLength());
        Assert.Contains(lines, l => l.GetProperty("issue")[0].GetProperty("severity").GetString() == "error" && l.TryGetProperty("extension", out var named)
            && named.GetArrayLength() == FindingSample.MostPlaces && named[0].GetProperty("valueReference").GetProperty("reference").GetString() == "https://payer.example/r4/Patient/p0");
        Assert.DoesNotContain(lines, l => l.GetRawText().Contains("sometimes", StringComparison.Ordinal));
        Assert.Equal(0, outcomes.Write(submitted, 7, buffer));
    }

    [Fact]
    public async Task Figures_of_a_source_add_up_over_its_submissions_and_outlive_a_restart()
    {
        await using var gateway = await StartAsync();
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), "{");
        await gateway.WriteAsync(tx => ServiceFigures.ManifestReceived(tx, gateway.Payer.Number, TimeSpan.FromSeconds(90), gateway.Clock.Now.AddHours(-2)));
        await gateway.WriteAsync(tx => ServiceFigures.PaidThrough(tx, gateway.Payer.Number, new DateOnly(2026, 5, 31)));
        await gateway.ImportAsync(gateway.Payer, Patient("m2"), Patient("m3"));
        await gateway.RestartAsync();
        var report = gateway.Engine.BulkReports.Source(gateway.Payer);
        Assert.Equal((2, 4, 1), (report.Figures.Submissions, report.Figures.Lines, report.Figures.Held));
        Assert.Equal((0.25, 90.0, 7200.0), (report.Figures.HeldShare, report.Figures.TimeToManifestSeconds, report.AgeSeconds));
        Assert.Equal(new DateOnly(2026, 5, 31), report.Figures.PaidThrough);
    }

    [Fact]
    public void The_rate_is_that_of_the_last_minute()
    {
        var clock = new State.ManualClock(new DateTimeOffset(2026, 6, 15, 15, 0, 0, TimeSpan.Zero));
        var rates = new LineRates(clock);
        Assert.Null(rates.Of("s-1"));
        for (var i = 0; i < 120; i++)
        {
            rates.Add("s-1", i < 60 ? 1000 : 10);
            clock.Now = clock.Now.AddSeconds(1);
        }

        Assert.Equal(10, rates.Of("s-1")!.Value, 0.5);
        clock.Now = clock.Now.AddMinutes(2);
        Assert.Null(rates.Of("s-1"));
    }

    private static async Task ArrivedAsync(TestGateway gateway, string id)
    {
        while (gateway.Engine.Reader.Submission(id) is null)
            await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    private static async Task<string> BodyAsync(TestGateway gateway, string type, string id)
    {
        var json = "";
        await gateway.WriteAsync(tx => json = Encoding.UTF8.GetString(gateway.Engine.Bodies.Read(tx.Resources.Find(PublishedId.Create("payer-a", type, id), adt: false)!.Body)));
        return json;
    }
}
