using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Adapters.Files;
using FhirGateway.Tests.BulkFhir;

namespace FhirGateway.Tests.BulkSubmit;

public sealed class ManifestIntakeTests
{
    private const string Patient = "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"gender\":\"female\"}\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_could_not_be_had_is_known_after_a_crash_between_acceptance_and_its_note()
    {
        await using var rig = await SubmitRig.StartAsync();
        rig.Manifest("/m", "Patient /p", "Patient /gone");
        rig.Peer.Files["/p"] = Patient;
        var job = await rig.SubmitAsync("sub-1", "/m");
        var cut = rig.Parts with { Intake = new BulkIntake(rig.Spool, new CutJournal(), TimeProvider.System) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TakeAsync(rig, cut, job));
        var fetched = await TakeAsync(rig, rig.Parts, job);
        Assert.Equal((ManifestStage.Accepted, 2), (fetched.Stage, fetched.Files));
        var finding = Assert.Single(fetched.Findings);
        Assert.Equal((rig.Peer.Origin + "/gone", "not-found"), (finding.File, finding.Code));
        Assert.Equal(1, rig.Peer.Count("GET", "/p"));
    }

    [Fact]
    public async Task The_time_of_a_manifest_that_was_taken_is_how_fresh_the_sources_data_are()
    {
        await using var rig = await SubmitRig.StartAsync();
        rig.Manifest("/m", "Patient /p");
        rig.Peer.Files["/p"] = Patient;
        Assert.Null(rig.Engine.Reader.FiguresOf(rig.Source.Number).TransactionTime);
        await TakeAsync(rig, rig.Parts, await rig.SubmitAsync("sub-1", "/m"));
        Assert.Equal(DateTimeOffset.Parse("2026-06-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture), rig.Engine.Reader.FiguresOf(rig.Source.Number).TransactionTime);
    }

    [Fact]
    public void Findings_beyond_those_kept_stay_counted_when_they_are_taken_up_again()
    {
        var manifest = new SubmittedManifest { Number = 1, Url = "https://a.example/m", FhirBaseUrl = "https://a.example", Call = "c" };
        var fetched = new FetchedManifest(ManifestStage.Accepted, "s-1", 200, [.. Enumerable.Range(0, 150).Select(i => new ManifestFinding(null, "not-found", $"{i}"))]);
        var kept = fetched.Found(manifest);
        Assert.Equal((ManifestStage.Waiting, null, 100, 50), (kept.Stage, kept.Submission, kept.Findings.Length, kept.MoreFindings));
        var again = new FetchedManifest(ManifestStage.Accepted, "s-1", kept.Files, kept.Findings) { MoreFindings = kept.MoreFindings }.Into(kept);
        Assert.Equal((ManifestStage.Accepted, "s-1", 200, 100, 50), (again.Stage, again.Submission, again.Files, again.Findings.Length, again.MoreFindings));
    }

    [Theory]
    [InlineData("429 Too Many Requests", 1, null, null)]
    [InlineData("503 Service Unavailable", 1, null, null)]
    [InlineData("503 Service Unavailable", 9, "transient", "HTTP 503")]
    [InlineData("404 Not Found", 9, "not-found", "HTTP 404")]
    [InlineData("200 OK", 9, "structure", "no JSON object")]
    public async Task OAuth_metadata_that_a_server_is_too_busy_for_are_asked_for_again_and_a_refusal_is_told_as_what_it_is(string status, int times, string? code, string? text)
    {
        using var secret = new State.TestFolder();
        await File.WriteAllTextAsync(secret.In("secret"), "client-secret", Token);
        string? origin = null;
        await using var rig = await SubmitRig.StartAsync(c => c with
        {
            TokenUrl = (origin = c.AllowedOrigins[0]) + "/token", FhirUrl = origin + "/fhir", ClientId = "gateway", SecretFile = secret.In("secret"),
        });
        rig.Manifest("/m", "Patient /p");
        rig.Peer.Files["/p"] = Patient;
        rig.Peer.Instead = (request, before) => request.Target switch
        {
            "/meta" => before < times ? new ExportPeer.Reply(status) : Json("{\"token_endpoint\":\"" + origin + "/token\"}"),
            "/token" => Json("""{"access_token":"token-1","token_type":"bearer","expires_in":300,"scope":"system/*.rs"}"""),
            _ => null,
        };
        var job = await rig.SubmitAsync("sub-1", "/m", metadata: origin + "/meta");
        var fetched = await TakeAsync(rig, rig.Parts, job);
        Assert.Equal(code is null ? ManifestStage.Accepted : ManifestStage.Failed, fetched.Stage);
        Assert.Equal(code is null ? 1 : 0, rig.Peer.Count("POST", "/token"));
        Assert.Equal(code, fetched.Findings.SingleOrDefault()?.Code);
        if (text is not null)
            Assert.Contains(text, Assert.Single(fetched.Findings).Text, StringComparison.Ordinal);
        Assert.Equal(code switch { null => 2, "transient" => rig.Parts.Options.MostRetries + 1, _ => 1 }, rig.Peer.Count("GET", "/meta"));
    }

    private static ExportPeer.Reply Json(string body) => new("200 OK", body, "Content-Type: application/json");

    private static async Task<FetchedManifest> TakeAsync(SubmitRig rig, BulkSubmitParts parts, string job)
    {
        var kept = (await rig.Submits.FindAsync(rig.Source, job, Token))!;
        return await new ManifestIntake(parts).TakeAsync(rig.Source, kept, kept.Submission.Manifest(1), _ => { }, Token);
    }
}
