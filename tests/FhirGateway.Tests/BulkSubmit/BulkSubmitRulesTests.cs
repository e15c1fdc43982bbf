using System.Collections.Immutable;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Organizations;
using FhirGateway.Submissions;

namespace FhirGateway.Tests.BulkSubmit;

public sealed class BulkSubmitRulesTests
{
    private static readonly OutcomeFile Written = new(1, 10, 0, 0, 1);
    private BulkSubmission? submission;
    private BulkJobState state = BulkJobState.Running;

    [Fact]
    public void A_first_manifest_begins_a_submission_and_waits_to_be_fetched()
    {
        Accept(Manifest("m1"), isReplay: false);
        Assert.Equal(BulkJobState.Running, state);
        Assert.Equal((1, "m1", ManifestStage.Waiting), Stages().Single());
        Assert.Equal([1], ToFetch());
    }

    [Theory]
    [InlineData(SenderStatus.Stopped, null, null, 404)]
    [InlineData(SenderStatus.InProgress, null, "m0", 404)]
    [InlineData(SenderStatus.InProgress, "m1", "m0", 404)]
    [InlineData(SenderStatus.Completed, null, "m0", 404)]
    public void What_needs_an_earlier_call_is_unknown_without_one(SenderStatus status, string? manifest, string? replaces, int code) =>
        Refuse(Call(status, manifest, replaces), code);

    [Theory]
    [InlineData(SenderStatus.InProgress, BulkJobState.Running)]
    [InlineData(SenderStatus.Completed, BulkJobState.Completed)]
    public void A_status_alone_begins_an_empty_submission(SenderStatus status, BulkJobState after)
    {
        Accept(Call(status), isReplay: false);
        Assert.Equal(after, BulkSubmitRules.StateOf(submission!, state));
    }

    [Fact]
    public void The_same_call_again_changes_nothing()
    {
        Accept(Manifest("m1"), isReplay: false);
        var before = submission;
        Accept(Manifest("m1"), isReplay: true);
        Assert.Same(before, submission);
    }

    [Fact]
    public void A_manifest_comes_once_unless_it_is_replaced_or_was_removed()
    {
        Accept(Manifest("m1"), isReplay: false);
        Refuse(Manifest("m1") with { FhirBaseUrl = "https://other.example" }, 409);
        Accept(Call(SenderStatus.InProgress, null, "m1"), isReplay: false);
        Assert.Equal(ManifestStage.Withdrawing, Stages()[0].Stage);
        Accept(Manifest("m1"), isReplay: false);
        Assert.Equal([(1, "m1", ManifestStage.Withdrawing), (2, "m1", ManifestStage.Waiting)], Stages());
    }

    [Fact]
    public void A_replacement_waits_until_what_it_replaces_is_gone()
    {
        Accept(Manifest("m1"), isReplay: false);
        Set(1, m => m with { Stage = ManifestStage.Processed, Submission = "s-1", Outcome = Written });
        Accept(Call(SenderStatus.InProgress, "m2", "m1"), isReplay: false);
        Assert.Equal([(1, "m1", ManifestStage.Withdrawing), (2, "m2", ManifestStage.Waiting)], Stages());
        Assert.Empty(ToFetch());
        Set(1, m => m with { Stage = ManifestStage.Withdrawn });
        Assert.Equal([2], ToFetch());
        Accept(Call(SenderStatus.InProgress, "m2", "m1"), isReplay: true);
        Refuse(Call(SenderStatus.InProgress, "m3", "m1"), 404);
        Refuse(Call(SenderStatus.InProgress, null, "m9"), 404);
    }

    [Fact]
    public void A_manifest_may_be_replaced_by_itself_and_several_by_one_empty_manifest()
    {
        Accept(Manifest("m1"), isReplay: false);
        Accept(Manifest("m2"), isReplay: false);
        Accept(Call(SenderStatus.InProgress, "m1", "m1"), isReplay: false);
        Assert.Equal(2, submission!.Wanted.Count());
        Accept(Call(SenderStatus.InProgress, "empty", "m1"), isReplay: false);
        Accept(Call(SenderStatus.InProgress, "empty", "m2"), isReplay: false);
        Assert.Equal(["empty", "empty"], submission.Wanted.Select(m => m.Url));
    }

    [Fact]
    public void Removal_is_idempotent_until_the_manifest_comes_back()
    {
        Accept(Manifest("m1"), isReplay: false);
        Accept(Call(SenderStatus.InProgress, null, "m1"), isReplay: false);
        Accept(Call(SenderStatus.InProgress, null, "m1"), isReplay: true);
        Accept(Manifest("m1"), isReplay: false);
        Accept(Call(SenderStatus.InProgress, null, "m1"), isReplay: false);
        Assert.Empty(submission!.Wanted);
    }

    [Theory]
    [InlineData(SenderStatus.Completed)]
    [InlineData(SenderStatus.Stopped)]
    public void Nothing_follows_the_final_call_but_that_call_itself(SenderStatus final)
    {
        Accept(Manifest("m1"), isReplay: false);
        Accept(Call(final), isReplay: false);
        var at = state;
        Accept(Call(final), isReplay: true);
        Assert.Equal(at, state);
        foreach (var further in (BulkSubmitRequest[])[Manifest("m1"), Manifest("m2"), Call(SenderStatus.InProgress), Call(SenderStatus.InProgress, null, "m1"),
            Call(final == SenderStatus.Completed ? SenderStatus.Stopped : SenderStatus.Completed), Call(final, "m1")])
            Refuse(further, 409);
    }

    [Fact]
    public void The_last_manifest_may_complete_the_submission()
    {
        Accept(Call(SenderStatus.Completed, "m1"), isReplay: false);
        Assert.Equal([1], ToFetch());
        Accept(Call(SenderStatus.Completed, "m1"), isReplay: true);
        Refuse(Call(SenderStatus.Completed), 409);
    }

    [Fact]
    public void It_is_completed_when_the_sender_said_so_and_all_is_processed_and_written_down()
    {
        Accept(Manifest("m1"), isReplay: false);
        Accept(Manifest("m2"), isReplay: false);
        Set(1, m => m with { Stage = ManifestStage.Processed, Outcome = Written });
        Set(2, m => m with { Stage = ManifestStage.Failed, Outcome = Written });
        Assert.Equal(BulkJobState.Running, BulkSubmitRules.StateOf(submission!, state));
        Accept(Call(SenderStatus.Completed), isReplay: false);
        Assert.Equal(BulkJobState.Completed, BulkSubmitRules.StateOf(submission!, state));
        foreach (var open in (ManifestStage[])[ManifestStage.Waiting, ManifestStage.Accepted, ManifestStage.Withdrawing])
        {
            var still = submission!.With(submission.Manifest(2) with { Stage = open });
            Assert.Equal(BulkJobState.Running, BulkSubmitRules.StateOf(still, state));
        }

        Set(2, m => m with { Outcome = null });
        Assert.Equal(BulkJobState.Running, BulkSubmitRules.StateOf(submission!, state));
    }

    [Fact]
    public void Stopped_takes_everything_back_and_is_stopped_when_nothing_is_left()
    {
        foreach (var name in (string[])["m1", "m2", "m3", "m4"])
            Accept(Manifest(name), isReplay: false);
        Set(1, m => m with { Stage = ManifestStage.Accepted, Submission = "s-1" });
        Set(2, m => m with { Stage = ManifestStage.Processed, Submission = "s-2", Outcome = Written });
        Set(3, m => m with { Stage = ManifestStage.Failed, Outcome = Written });
        Accept(Call(SenderStatus.Stopped), isReplay: false);
        Assert.Equal(BulkJobState.Stopping, state);
        Assert.Equal([ManifestStage.Withdrawing, ManifestStage.Withdrawing, ManifestStage.Withdrawn, ManifestStage.Withdrawing], Stages().Select(s => s.Stage));
        Assert.Empty(ToFetch());
        Assert.Empty(submission!.Wanted);
        Assert.Equal(BulkJobState.Stopping, BulkSubmitRules.StateOf(submission, state));
        for (var n = 1; n <= 4; n++)
            Set(n, m => m with { Stage = ManifestStage.Withdrawn });
        Assert.Equal(BulkJobState.Stopped, BulkSubmitRules.StateOf(submission, state));
    }

    [Fact]
    public void A_manifest_that_comes_with_stopped_is_not_taken()
    {
        Accept(Manifest("m1"), isReplay: false);
        Accept(Call(SenderStatus.Stopped, "m2"), isReplay: false);
        Assert.Single(submission!.Manifests);
    }

    [Theory]
    [InlineData(BulkJobState.Cancelled)]
    [InlineData(BulkJobState.Failed)]
    [InlineData(BulkJobState.Stopping)]
    [InlineData(BulkJobState.Stopped)]
    public void Nothing_follows_what_the_receiver_ended(BulkJobState ended)
    {
        Accept(Manifest("m1"), isReplay: false);
        state = ended;
        Refuse(Manifest("m2"), 409);
        Refuse(Call(SenderStatus.Completed), 409);
        Refuse(Call(SenderStatus.Stopped), 409);
    }

    [Fact]
    public void A_paused_submission_takes_calls_and_stays_paused()
    {
        Accept(Manifest("m1"), isReplay: false);
        state = BulkJobState.Paused;
        Accept(Manifest("m2"), isReplay: false);
        Accept(Call(SenderStatus.Completed), isReplay: false);
        Assert.Equal(BulkJobState.Paused, state);
        Assert.Equal(BulkJobState.Paused, BulkSubmitRules.StateOf(submission!, state));
    }

    [Fact]
    public void A_submission_has_a_limited_number_of_manifests()
    {
        for (var i = 0; i < BulkSubmitRules.MostManifests; i++)
            Accept(Manifest("m" + i), isReplay: false);
        Refuse(Manifest("more"), 400);
        Accept(Call(SenderStatus.Completed), isReplay: false);
    }

    [Fact]
    public void Progress_grows_and_never_says_all_before_the_end()
    {
        Accept(Manifest("m1"), isReplay: false);
        Assert.Equal(0, BulkSubmitRules.PercentOf(submission!));
        Set(1, m => m with { Stage = ManifestStage.Accepted });
        Assert.Equal(50, BulkSubmitRules.PercentOf(submission!));
        Set(1, m => m with { Stage = ManifestStage.Processed });
        Assert.Equal(99, BulkSubmitRules.PercentOf(submission!));
    }

    private static BulkSubmitRequest Manifest(string url) => Call(SenderStatus.InProgress, url);

    private static BulkSubmitRequest Call(SenderStatus status, string? manifest = null, string? replaces = null) => new()
    {
        Submitter = new SubmitterIdentifier("urn:sub", "acme"),
        SubmissionId = "sub-1",
        Status = status,
        ManifestUrl = manifest,
        ReplacesManifestUrl = replaces,
        FhirBaseUrl = manifest is null ? null : "https://fhir.acme.example",
    };

    private SubmitDecision Apply(BulkSubmitRequest request) =>
        BulkSubmitRules.Apply(submission is null ? null : (submission, state), request, Convert.ToHexString(request.Canonical()), "c-1");

    private void Accept(BulkSubmitRequest request, bool isReplay)
    {
        var decision = Apply(request);
        Assert.Null(decision.Fault);
        Assert.Equal(isReplay, decision.IsReplay);
        (submission, state) = (decision.Next!, decision.State);
    }

    private void Refuse(BulkSubmitRequest request, int status)
    {
        var decision = Apply(request);
        Assert.Equal(status, decision.Fault?.Status);
        Assert.Null(decision.Next);
    }

    private void Set(int number, Func<SubmittedManifest, SubmittedManifest> change) => submission = submission!.With(change(submission.Manifest(number)));

    private ImmutableArray<(int Number, string Url, ManifestStage Stage)> Stages() => [.. submission!.Manifests.Select(m => (m.Number, m.Url, m.Stage))];

    private ImmutableArray<int> ToFetch() => [.. BulkSubmitRules.ToFetch(submission!).Select(m => m.Number)];
}
