using FhirGateway.Attributions;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Processing;
using FhirGateway.Submissions;
using static FhirGateway.Tests.Processing.TestGateway;

namespace FhirGateway.Tests.Processing;

public sealed class WithdrawalTests
{
    private static readonly RosterOptions Full = new();

    [Fact]
    public async Task What_a_stopped_submission_published_is_withdrawn_and_its_resources_are_gone()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        var job = await gateway.OpenJobAsync();
        var submitted = await gateway.SubmitAsync(job, 0, Patient("m1"), Patient("m2"), Eob("e1", "m1"), Eob("e2", "m1", "2026-03-02"), Eob("e3", "m2"));
        Assert.Equal(5, submitted.Counts.Stored);
        Assert.Equal(2, gateway.Events("claims").Count);
        var stopped = await gateway.WithdrawAsync(submitted.Id);
        Assert.Equal(SubmissionState.Withdrawn, stopped.State);
        Assert.Equal((5, 0, 3), (stopped.Counts.Removed, stopped.Counts.Restored, stopped.Counts.Withdrawn));
        gateway.AssertNothingVisibleOf(submitted.Id);
        var claims = await gateway.ReadAsync("claims");
        Assert.Equal(["claims.eob", "claims.eob", "claims.withdrawn", "claims.withdrawn"], claims.Select(c => c.GetProperty("type").GetString()));
        Assert.All(claims.Skip(2), c => Assert.Equal(ReasonCodes.SubmissionStopped, c.GetProperty("data").GetProperty("reason").GetString()));
        Assert.Equal(0, gateway.Engine.Reader.Status().Resources);
        Assert.Empty(gateway.Engine.VerifyAudit(null).Faults);

        // The same content again, by another manifest of the same job: it comes as new.
        var again = await gateway.SubmitAsync(job, 1, Patient("m1"), Eob("e1", "m1"));
        Assert.Equal(2, again.Counts.Stored);
        Assert.Equal(5, gateway.Events("claims").Count);
    }

    [Fact]
    public async Task What_was_there_before_comes_again_with_its_own_origin()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        var first = await gateway.ImportAsync(gateway.Payer, Patient("m1"), Eob("e1", "m1"));
        var job = await gateway.OpenJobAsync();
        var submitted = await gateway.SubmitAsync(job, 0, Eob("e1", "m1", "2026-04-01"), Eob("e2", "m1"), Patient("m1"));
        Assert.Equal(1, submitted.Counts.Unchanged);
        var stopped = await gateway.WithdrawAsync(submitted.Id);
        Assert.Equal((1, 1, 2), (stopped.Counts.Removed, stopped.Counts.Restored, stopped.Counts.Withdrawn));
        gateway.AssertNothingVisibleOf(submitted.Id);
        var claims = gateway.Events("claims");
        var visible = Assert.Single(claims, c => c.Type == "claims.eob" && c.Withdrawn is null && c.Sequence > 1);
        Assert.StartsWith(first.Id + "/", visible.Origin, StringComparison.Ordinal);
        Assert.Single(gateway.Events("clinical"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Manifests_upon_each_other_come_off_in_any_order(int stoppedFirst)
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Eob("e1", "m1", "2026-02-01"));
        var job = await gateway.OpenJobAsync();
        // The second brings what the first brought; the third changes it once more.
        var ids = new List<string>();
        foreach (var (day, manifest) in new[] { ("2026-03-01", 0), ("2026-03-01", 1), ("2026-05-01", 2) })
            ids.Add((await gateway.SubmitAsync(job, manifest, Eob("e1", "m1", day), Eob("n" + manifest, "m1"))).Id);
        string[] days = ["2026-03-01", "2026-03-01", "2026-05-01"];
        var left = ids.Select((id, i) => (id, i)).ToList();
        foreach (var next in new[] { stoppedFirst, (stoppedFirst + 2) % 3, (stoppedFirst + 1) % 3 })
        {
            await gateway.WithdrawAsync(ids[next]);
            left.RemoveAll(l => l.i == next);
            gateway.AssertNothingVisibleOf(ids[next]);
            var expected = left.Count == 0 ? "2026-02-01" : days[left[^1].i];
            var json = await CurrentAsync(gateway, "e1");
            Assert.Contains(expected, json, StringComparison.Ordinal);
            Assert.Equal(left.Count, left.Count(l => IsThere(gateway, "n" + l.i)));
            Assert.Equal(1, gateway.Events("claims").Count(e => e.Type == "claims.eob" && e.Withdrawn is null && IsHeld(gateway, e)
                && e.Resource == NumberOf(gateway, "e1")));
        }

        Assert.Empty(gateway.Engine.VerifyAudit(null).Faults);
    }

    [Fact]
    public async Task What_was_told_before_is_still_held_when_a_later_submission_is_taken_back_and_nothing_may_be_told_again()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Eob("e1", "m1", "2026-02-01"));
        var job = await gateway.OpenJobAsync();
        var submitted = await gateway.SubmitAsync(job, 0, Eob("e1", "m1", "2026-03-01"));
        var first = gateway.Events("claims")[0];
        foreach (var agreement in gateway.Engine.Organizations.Value.Between(gateway.Payer.Number, gateway.Aco.Number).ToList())
            Assert.Null(await gateway.Engine.Registry.SaveAsync(agreement with { End = new DateOnly(2026, 6, 1) }, "test", default));
        await gateway.WithdrawAsync(submitted.Id);
        Assert.Equal(["claims.eob", "claims.eob", "claims.withdrawn"], gateway.Events("claims").Select(e => e.Type));
        // Whoever takes the first back, too, must find who has it.
        Assert.True(IsHeld(gateway, first));
    }

    [Fact]
    public async Task What_a_later_submission_brought_stays_and_an_ended_job_cannot_be_taken_back()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        var job = await gateway.OpenJobAsync();
        var first = await gateway.SubmitAsync(job, 0, Patient("m1"), Eob("e1", "m1"), Eob("e2", "m1"));
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Eob("e1", "m1", "2026-05-05"));
        await gateway.WithdrawAsync(first.Id);
        gateway.AssertNothingVisibleOf(first.Id);
        Assert.Contains("2026-05-05", await CurrentAsync(gateway, "e1"), StringComparison.Ordinal);
        Assert.False(IsThere(gateway, "e2"));
        Assert.Contains(gateway.Events("claims"), e => e.Type == "claims.eob" && e.Withdrawn is null);

        var second = await gateway.SubmitAsync(job, 1, Eob("e4", "m1"));
        await gateway.CloseJobAsync(job);
        await WaitAsync(gateway, () => gateway.Engine.Reader.Submission(second.Id)!.IsUndoable == false);
        Assert.Equal(SteerOutcome.NotPossible, (await gateway.Engine.Submissions.WithdrawAsync(second.Id, "test", default)).Outcome);
        Assert.Equal(SteerOutcome.NotPossible, (await gateway.Engine.Submissions.WithdrawAsync(job, "test", default)).Outcome);
        Assert.True(IsThere(gateway, "e4"));
    }

    [Fact]
    public async Task A_patient_taken_back_is_a_placeholder_again_and_links_by_its_evidence_are_undone()
    {
        await using var gateway = await StartAsync();
        const string ByName = """{"resourceType":"Patient","id":"x9","name":[{"use":"official","family":"Moore","given":["Ada"]}],"gender":"female","birthDate":"1950-05-17","address":[{"postalCode":"80202"}]}""";
        await gateway.RosterAsync(Full, Row("m1") with { Facts = Ada(), Key = "other-id" });
        // Claims came before, by an id that the roster does not know.
        await gateway.ImportAsync(gateway.Payer, Eob("e1", "x9"));
        Assert.Empty(gateway.Events("claims"));
        var job = await gateway.OpenJobAsync();
        var submitted = await gateway.SubmitAsync(job, 0, ByName);
        Assert.Single(gateway.Events("claims"), e => e.Type == "claims.eob");
        await gateway.WithdrawAsync(submitted.Id);
        gateway.AssertNothingVisibleOf(submitted.Id);
        var claims = await gateway.ReadAsync("claims");
        Assert.Equal(["claims.eob", "claims.withdrawn"], claims.Select(c => c.GetProperty("type").GetString()));
        Assert.Equal(ReasonCodes.WrongPerson, claims[1].GetProperty("data").GetProperty("reason").GetString());

        await gateway.SubmitAsync(job, 1, ByName);
        Assert.Equal("claims.eob", gateway.Events("claims")[^1].Type);
    }

    [Fact]
    public async Task An_earlier_patient_comes_again_with_its_links()
    {
        await using var gateway = await StartAsync();
        const string WithMbi = """{"resourceType":"Patient","id":"x1","identifier":[{"system":"http://hl7.org/fhir/sid/us-mbi","value":"1EG4TE5MK73"}],"name":[{"family":"Moore"}]}""";
        await gateway.Engine.Rosters.LoadPanelAsync(gateway.Aco, "test",
            [new RosterRow { Line = 2, Key = "p1", Facts = new PatientFacts { Identifiers = [new PatientIdentifier("http://hl7.org/fhir/sid/us-mbi", "1EG4TE5MK73", null, null)] } }],
            [], 100, default);
        await gateway.ImportAsync(gateway.Payer, WithMbi);
        var person = await PersonAsync(gateway, "x1");
        var job = await gateway.OpenJobAsync();
        var submitted = await gateway.SubmitAsync(job, 0, Patient("x1", "Stone"));
        await gateway.WithdrawAsync(submitted.Id);
        Assert.Equal(person, await PersonAsync(gateway, "x1"));
        await gateway.WriteAsync(tx => Assert.Equal(2, tx.People.OfPerson(person).Count));
    }

    [Fact]
    public async Task A_job_is_stopped_once_all_of_it_is_taken_back_and_what_comes_late_takes_no_effect()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        var job = await gateway.OpenJobAsync(kind: BulkJobKind.Export);
        var first = await gateway.SubmitAsync(job, 0, Patient("m1"), Eob("e1", "m1"));
        var second = await gateway.SubmitAsync(job, 1, Eob("e2", "m1"));
        Assert.True((await gateway.Engine.Submissions.WithdrawAsync(job, "test", default)).IsDone);
        await gateway.DrainAsync();
        Assert.Equal(BulkJobState.Stopped, gateway.Engine.Reader.Job(job)!.State);
        gateway.AssertNothingVisibleOf(first.Id);
        gateway.AssertNothingVisibleOf(second.Id);
        var late = await gateway.SubmitAsync(job, 2, Eob("e3", "m1"));
        Assert.Equal(SubmissionState.Withdrawn, late.State);
        Assert.Equal(0, gateway.Engine.Reader.Status().Resources);
        Assert.Equal(SteerOutcome.NotPossible, (await gateway.Engine.Submissions.ResumeAsync(job, "test", default)).Outcome);
        Assert.Equal(SteerOutcome.Unknown, (await gateway.Engine.Submissions.WithdrawAsync("s-none", "test", default)).Outcome);
    }

    /// <summary>S-17 beneath the endpoints: stopping what is one's own never touches another source's.</summary>
    [Fact]
    public async Task S_17_taking_back_one_sources_submission_leaves_anothers_alone()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        var other = gateway.Engine.Organizations.Value.FindSource("payer-b")!;
        var own = await gateway.OpenJobAsync();
        var foreign = await gateway.OpenJobAsync(2, other);
        await gateway.SubmitAsync(own, 0, Patient("m1"), Eob("e1", "m1"));
        // The same ids, by another source.
        var theirs = await gateway.SubmitAsync(foreign, 0, Patient("m1"), Eob("e1", "m1"), """{"resourceType":"Bundle","type":"transaction"}""");
        var before = gateway.Events("claims").Count;
        await gateway.WithdrawAsync(theirs.Id);
        Assert.Equal(before, gateway.Events("claims").Count);
        Assert.All(gateway.Events("claims"), e => Assert.Null(e.Withdrawn));
        Assert.Equal(2, gateway.Engine.Reader.Status().Resources);
        await gateway.SubmitAsync(await gateway.OpenJobAsync(3, other), 0, ManifestFile.Deleted("ExplanationOfBenefit/e1", "Patient/m1"));
        Assert.Equal(2, gateway.Engine.Reader.Status().Resources);
    }

    /// <summary>Stops at 50 random moments of the work, with restarts between: afterwards nothing of it is visible, and all that was there before is.</summary>
    [Fact]
    public async Task Stopped_at_any_moment_nothing_of_it_stays()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m0"), Row("m1", line: 3), Row("m2", line: 4));
        await gateway.ImportAsync(gateway.Payer, [Patient("m0"), .. Enumerable.Range(0, 12).Select(i => Eob("old" + i, "m0"))]);
        var resources = gateway.Engine.Reader.Status().Resources;
        var random = new Random(17);
        for (var round = 0; round < 50; round++)
        {
            var job = await gateway.OpenJobAsync(round + 1);
            string[] lines =
            [
                Patient("m1"), Patient("m2"), Patient("m0", "Changed" + round),
                .. Enumerable.Range(0, 140).Select(i => Eob($"r{i}", "m" + (i % 3), "2026-03-02")),
                .. Enumerable.Range(0, 5).Select(i => Eob("old" + i, "m0", "2026-04-02")),
            ];
            var before = gateway.Engine.Bulk.Lines;
            var ends = gateway.Ends();
            var id = await gateway.AcceptAsync(job, 0, new ManifestFile(lines), ManifestFile.Deleted("ExplanationOfBenefit/old11", "ExplanationOfBenefit/none"));
            var at = random.Next(0, 160);
            while (gateway.Engine.Bulk.Lines - before < at && gateway.Engine.Reader.Submission(id) is not { State: SubmissionState.Completed })
                await Task.Yield();
            if (random.Next(6) == 0)
            {
                await gateway.RestartAsync();
                await WaitAsync(gateway, () => gateway.Engine.Reader.Submission(id) is not null);
            }

            await WaitAsync(gateway, () => gateway.Engine.Reader.Submission(id) is not null);
            Assert.True((await gateway.Engine.Submissions.WithdrawAsync(random.Next(2) == 0 ? job : id, "test", default)).IsDone);
            if (random.Next(6) == 0)
                await gateway.RestartAsync();
            await gateway.DrainAsync();
            var stopped = gateway.Engine.Reader.Submission(id)!;
            Assert.Equal(SubmissionState.Withdrawn, stopped.State);
            var made = gateway.AssertNothingVisibleOf(id, ends);
            Assert.Equal(resources, gateway.Engine.Reader.Status().Resources);
            Assert.Equal(made, stopped.Counts.Withdrawn - stopped.Counts.Deleted);
        }

        for (var i = 0; i < 12; i++)
            Assert.Contains("2026-03-01", await CurrentAsync(gateway, "old" + i), StringComparison.Ordinal);
        Assert.Equal(12, gateway.AllEvents().Count(e => e.Type == "claims.eob" && e.Withdrawn is null && IsHeld(gateway, e)));
        Assert.Empty(gateway.Engine.VerifyAudit(null).Faults);
    }

    private static PatientFacts Ada() => new() { Family = "Moore", Given = "Ada", BirthDate = new DateOnly(1950, 5, 17), Sex = "female", PostalCode = "80202" };

    private static Guid IdOf(string eob) => PublishedId.Create("payer-a", "ExplanationOfBenefit", eob);

    private static bool IsThere(TestGateway gateway, string eob)
    {
        var there = false;
        gateway.WriteAsync(tx => there = tx.Resources.Has(IdOf(eob))).GetAwaiter().GetResult();
        return there;
    }

    private static long NumberOf(TestGateway gateway, string eob)
    {
        var number = 0L;
        gateway.WriteAsync(tx => number = tx.Resources.Find(IdOf(eob), adt: false)!.Number).GetAwaiter().GetResult();
        return number;
    }

    private static bool IsHeld(TestGateway gateway, FhirGateway.Publications.Publication of)
    {
        var held = false;
        gateway.WriteAsync(tx => held = tx.Resources.FindHeld(of.Resource!.Value, of.Participant)?.Sequence == of.Sequence).GetAwaiter().GetResult();
        return held;
    }

    private static async Task<string> CurrentAsync(TestGateway gateway, string eob)
    {
        BodyLocation body = default;
        await gateway.WriteAsync(tx => body = tx.Resources.Find(IdOf(eob), adt: false)!.Body);
        return System.Text.Encoding.UTF8.GetString(gateway.Engine.Bodies.Read(body));
    }

    private static async Task<FhirGateway.People.PersonId> PersonAsync(TestGateway gateway, string patient)
    {
        FhirGateway.People.PersonId person = default;
        await gateway.WriteAsync(tx => person = tx.People.Find(FhirGateway.People.RecordKind.Patient, gateway.Payer.Number, patient)!.Person);
        return person;
    }

    private static async Task WaitAsync(TestGateway gateway, Func<bool> until)
    {
        for (var i = 0; i < 500 && !until(); i++)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.True(until());
        _ = gateway;
    }
}
