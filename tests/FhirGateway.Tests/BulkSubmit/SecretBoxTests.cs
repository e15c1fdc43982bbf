using System.Text;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Organizations;
using FhirGateway.Tests.State;

namespace FhirGateway.Tests.BulkSubmit;

public sealed class SecretBoxTests
{
    [Fact]
    public void A_secret_opens_under_its_own_name_and_key_only()
    {
        using var folder = new TestFolder();
        using var box = SecretBox.Open(folder.In("keys/secrets.key"));
        var text = box.Seal("j-1/1", "geheim"u8);
        Assert.DoesNotContain("geheim", Encoding.UTF8.GetString(Convert.FromBase64String(text)), StringComparison.Ordinal);
        Assert.NotEqual(text, box.Seal("j-1/1", "geheim"u8));
        using (var again = SecretBox.Open(folder.In("keys/secrets.key")))
            Assert.Equal("geheim", Encoding.UTF8.GetString(again.Unseal("j-1/1", text)));
        using var other = SecretBox.Open(folder.In("other/secrets.key"));
        Assert.Throws<InvalidDataException>(() => other.Unseal("j-1/1", text));
        Assert.Throws<InvalidDataException>(() => box.Unseal("j-1/2", text));
        Assert.Throws<InvalidDataException>(() => box.Unseal("j-1/1", text[..^4]));
        Assert.Throws<InvalidDataException>(() => box.Unseal("j-1/1", "no base64"));
        Assert.NotEqual(box.Digest("a"u8), other.Digest("a"u8));
    }

    [Fact]
    public void Many_threads_seal_and_open_at_once()
    {
        using var folder = new TestFolder();
        using var box = SecretBox.Open(folder.In("secrets.key"));
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var name = $"j-{i}";
            Assert.Equal(name, Encoding.UTF8.GetString(box.Unseal(name, box.Seal(name, Encoding.UTF8.GetBytes(name)))));
        });
    }

    [Fact]
    public void The_key_is_its_owners_only()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TestFolder();
        SecretBox.Open(folder.In("secrets.key")).Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.In("secrets.key")));
        File.WriteAllText(folder.In("short.key"), "x");
        Assert.Throws<InvalidDataException>(() => SecretBox.Open(folder.In("short.key")));
    }

    [Fact]
    public void A_jobs_detail_comes_back_whole_and_shows_no_secret()
    {
        using var folder = new TestFolder();
        using var box = SecretBox.Open(folder.In("secrets.key"));
        var submission = new BulkSubmission
        {
            Submitter = new SubmitterIdentifier("urn:sub", "acme"),
            SubmissionId = "sub-1",
            Client = "c-1",
            Status = SenderStatus.Completed,
            FinalCall = "f",
            IsDraft = true,
            DeletedPolls = 2,
            FinishedAt = DateTimeOffset.UnixEpoch,
            Manifests =
            [
                new SubmittedManifest
                {
                    Number = 1, Url = "https://files.acme.example/m1?sig=geheim", FhirBaseUrl = "https://fhir.acme.example", Call = "a", RemovedBy = "b",
                    Headers = [new FileRequestHeader("X-Key", "geheim")], OAuthMetadataUrls = ["https://fhir.acme.example/c?geheim"],
                    Metadata = [new SubmitOption("https://a.example", "geheim")], Import = [new SubmitOption("https://b.example", "geheim")],
                    Submission = "s-1", Stage = ManifestStage.Withdrawing, Files = 7, MoreFindings = 3,
                    Findings = [new ManifestFinding("https://files.acme.example/f1", "not-found", "HTTP 404")],
                    Outcome = new OutcomeFile(1, 2, 3, 4, 5),
                },
            ],
        };
        var detail = BulkSubmitDetail.Write(submission, "j-1", box);
        Assert.DoesNotContain("geheim", detail, StringComparison.Ordinal);
        var back = BulkSubmitDetail.Read(detail, "j-1", box);
        var (before, after) = (submission.Manifests[0], back.Manifests[0]);
        Assert.Equal((before.Number, before.Call, before.RemovedBy, before.Submission, before.Stage), (after.Number, after.Call, after.RemovedBy, after.Submission, after.Stage));
        Assert.Equal((before.Files, before.MoreFindings, before.Outcome, before.Findings[0]), (after.Files, after.MoreFindings, after.Outcome, after.Findings[0]));
        Assert.Equal((submission.Status, submission.IsDraft, submission.DeletedPolls, submission.Client), (back.Status, back.IsDraft, back.DeletedPolls, back.Client));
        Assert.Equal(submission.Manifests[0].Url, back.Manifests[0].Url);
        Assert.Equal(submission.Manifests[0].Headers, back.Manifests[0].Headers);
        Assert.Equal(submission.Manifests[0].OAuthMetadataUrls, back.Manifests[0].OAuthMetadataUrls);
        Assert.Equal(submission.Manifests[0].Metadata, back.Manifests[0].Metadata);
        Assert.Equal(submission.Manifests[0].Import, back.Manifests[0].Import);
        Assert.Equal((submission.Submitter, submission.FinalCall, submission.FinishedAt), (back.Submitter, back.FinalCall, back.FinishedAt));
        var shown = ShownSubmission.Read(detail);
        Assert.Equal("https://files.acme.example/m1", shown.Manifests.Single().Url);
        Assert.Throws<InvalidDataException>(() => BulkSubmitDetail.Read(detail, "j-2", box));
    }
}
