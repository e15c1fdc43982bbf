using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Attributions;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Submissions;
using FhirGateway.Tests.Egress;

namespace FhirGateway.Tests.BulkFhir;

public sealed class ProviderAccessTests
{
    private const string T1 = "2026-11-01T00:00:00Z";
    private const string Eob = """{"resourceType":"ExplanationOfBenefit","id":"e1","status":"active","use":"claim","outcome":"complete","patient":{"reference":"Patient/m1"},"billablePeriod":{"start":"2019-03-01","end":"2019-03-02"},"item":[{"sequence":1,"productOrService":{"text":"x"},"net":{"value":10.50,"currency":"USD"}}],"total":[{"category":{"text":"paid"},"amount":{"value":99.50,"currency":"USD"}}],"payment":{"amount":{"value":99.50,"currency":"USD"}}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_panel_is_matched_and_what_is_matched_goes_to_its_owner_alone_without_amounts(bool isAsync)
    {
        await using var world = await StartAsync(isAsync);
        var (job, detail) = await world.ExportAsync();
        Assert.Equal((BulkJobState.Completed, null), (job.State, job.Fault));
        Assert.Equal((3, 1, 1, 1), (detail.Asked, detail.Matched, detail.Unmatched, detail.OptedOut));
        Assert.Equal([ExportStepKind.Match, ExportStepKind.Data], detail.Steps.Select(s => s.Kind));
        var kickOff = world.Peer.KickOffs[0];
        Assert.Equal(("POST", "/fhir/Group/matched-1/$davinci-data-export"), (kickOff.Method, kickOff.Target));
        Assert.Contains("hl7.fhir.us.davinci-pdex#provider-download", Encoding.UTF8.GetString(kickOff.Body), StringComparison.Ordinal);
        await world.Engine.SettleAsync(Token);
        var claims = Assert.Single(Events(world, "aco", StreamNames.Claims), e => e.Type == EventTypes.ClaimsEob);
        var published = Encoding.UTF8.GetString(world.Engine.Bodies.Read(claims.Body));
        Assert.DoesNotContain("99.50", published, StringComparison.Ordinal);
        Assert.DoesNotContain("10.50", published, StringComparison.Ordinal);
        Assert.Empty(Events(world, "other", StreamNames.Claims));
        var told = Events(world, "aco", StreamNames.Roster).Where(e => e.Type is EventTypes.RosterNotFound or EventTypes.RosterOptedOut or EventTypes.RosterFound);
        Assert.Equal([(EventTypes.RosterNotFound, "L2"), (EventTypes.RosterOptedOut, "L3")], told.Select(e => (e.Type, e.LocalId!)).Order());
    }

    [Fact]
    public async Task The_next_time_only_changes_are_asked_for_and_nothing_is_told_twice()
    {
        await using var world = await StartAsync(isAsync: false);
        await world.ExportAsync();
        var before = Events(world, "aco", StreamNames.Roster).Count;
        var (job, detail) = await world.ExportAsync();
        Assert.Equal((BulkJobState.Completed, T1), (job.State, detail.Steps[^1].Since));
        var asked = Encoding.UTF8.GetString(world.Peer.KickOffs[^1].Body);
        Assert.Contains("#provider-delta", asked, StringComparison.Ordinal);
        Assert.Contains(T1, asked, StringComparison.Ordinal);
        Assert.Equal(before, Events(world, "aco", StreamNames.Roster).Count);
    }

    [Fact]
    public async Task The_request_names_demographics_coverage_and_the_attestation_under_the_NPI_and_no_local_id()
    {
        await using var world = await StartAsync(isAsync: false);
        await world.ExportAsync();
        var request = MatchRequest ?? throw new InvalidOperationException("no match was asked for");
        var bundles = JsonNode.Parse(request.Body)!["parameter"]!.AsArray();
        Assert.Equal(3, bundles.Count);
        Assert.All(bundles, b => Assert.Equal(["MemberPatient", "CoverageToMatch", "Consent"], b!["part"]!.AsArray().Select(p => (string)p!["name"]!)));
        var first = bundles.First(b => (string?)b!["part"]![0]!["resource"]!["name"]![0]!["family"] == "Ash")!["part"]!;
        var patient = first[0]!["resource"]!;
        Assert.Equal(("1950-01-02", "female"), ((string?)patient["birthDate"], (string?)patient["gender"]));
        Assert.Equal("1EG4TE5MK73", (string?)first[1]!["resource"]!["subscriberId"]);
        var consent = first[2]!["resource"]!;
        Assert.Equal("1234567893", (string?)consent["performer"]![0]!["identifier"]!["value"]);
        Assert.Equal("Patient/" + (string?)patient["id"], (string?)consent["patient"]!["reference"]);
        Assert.DoesNotContain("\"L1\"", Encoding.UTF8.GetString(request.Body), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(101, 1, "has 101 files")]
    [InlineData(1, 17, "could not be fetched")]
    [InlineData(5, 15, "has more than")]
    public async Task S_18_an_answer_to_a_match_that_is_too_large_is_not_read(int files, int megabytes, string reason)
    {
        await using var world = await StartAsync(isAsync: true);
        world.Peer.Files["/f/large"] = $$"""{"resourceType":"Group","name":"{{new string('x', megabytes << 20)}}"}""" + "\n";
        var usual = world.Peer.Instead;
        var listed = Enumerable.Range(0, files).Select(n => $"Group /f/large?n={n}").ToArray();
        world.Peer.Instead = (r, before) => r is { Method: "GET", Target: "/match/1" } ? new("200 OK", world.Peer.ManifestOf(T1, listed)) : usual(r, before);
        var (job, _) = await world.ExportAsync();
        Assert.Equal(BulkJobState.Failed, job.State);
        Assert.Contains(reason, job.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_NPI_nobody_is_asked()
    {
        await using var world = await StartAsync(isAsync: false);
        await world.SaveAsync(new Participant { Id = "aco", Name = "Aco" });
        var (job, _) = await world.ExportAsync();
        Assert.Equal(BulkJobState.Failed, job.State);
        Assert.Contains("has no NPI", job.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_feed_of_a_participant_needs_no_attribution_and_goes_to_nobody_else()
    {
        await using var world = await ExportWorld.StartAsync(c => c with { OnlyParticipant = "aco", Dialect = "bcda" });
        world.Peer.Files["/f/p"] = """{"resourceType":"Patient","id":"m1","name":[{"family":"Ash"}],"birthDate":"1950-01-02"}""" + "\n";
        world.Peer.Files["/f/e"] = Eob + "\n";
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf(T1, "Patient /f/p", "ExplanationOfBenefit /f/e");
        await world.ExportAsync();
        await world.Engine.SettleAsync(Token);
        var claims = Assert.Single(Events(world, "aco", StreamNames.Claims), e => e.Type == EventTypes.ClaimsEob);
        Assert.Contains("99.50", Encoding.UTF8.GetString(world.Engine.Bodies.Read(claims.Body)), StringComparison.Ordinal);
        Assert.Empty(Events(world, "other", StreamNames.Claims));
        var why = await world.Engine.Why.ExplainAsync(world.Engine.Organizations.Value.FindParticipant("other")!, "ExplanationOfBenefit/e1", Token);
        Assert.Contains(why!, l => l.Contains("only-participant", StringComparison.Ordinal));
        Assert.Contains(why!, l => l.Contains(ReasonCodes.OtherParticipant, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1234567893", true)]
    [InlineData("1558598797", true)]
    [InlineData("1234567890", false)]
    [InlineData("3234567893", false)]
    [InlineData("123456789", false)]
    public void An_NPI_has_its_check_digit(string npi, bool isValid) => Assert.Equal(isValid, Npi.IsValid(npi));

    private PeerRequest? MatchRequest { get; set; }

    private async Task<ExportWorld> StartAsync(bool isAsync)
    {
        var world = await ExportWorld.StartAsync(c => c with { Dialect = "pdex", OnlyParticipant = "aco", WithholdsAmounts = true });
        RosterRow Row(int line, string key, string family, string? mbi = null) => new()
        {
            Line = line, Key = key,
            Facts = new PatientFacts
            {
                Family = family, Given = "Ann", BirthDate = new DateOnly(1950, 1, 2), Sex = "female", PostalCode = "48104",
                Identifiers = mbi is null ? [] : [new PatientIdentifier("http://hl7.org/fhir/sid/us-mbi", mbi, "MC", null)],
            },
        };
        await world.Engine.Rosters.LoadPanelAsync(
            world.Engine.Organizations.Value.FindParticipant("aco")!, "test", [Row(2, "L1", "Ash", "1EG4TE5MK73"), Row(3, "L2", "Birch"), Row(4, "L3", "Cedar")], [], 180, Token);
        world.Peer.Files["/f/p"] = """{"resourceType":"Patient","id":"m1","name":[{"family":"Ash"}],"birthDate":"1950-01-02"}""" + "\n";
        world.Peer.Files["/f/e"] = Eob + "\n";
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf(T1, "Patient /f/p", "ExplanationOfBenefit /f/e");
        world.Peer.Instead = (request, _) => request.Target switch
        {
            "/fhir/Group/$provider-member-match" => Match(world, request, isAsync),
            "/match/1" when request.Method == "GET" => new("200 OK", $$"""{"requiresAccessToken":false,"transactionTime":"{{T1}}","output":[{"type":"Group","url":"{{world.Peer.Origin}}/f/groups"}]}"""),
            "/match/1" => new("202 Accepted"),
            _ => null,
        };
        return world;
    }

    private ExportPeer.Reply Match(ExportWorld world, PeerRequest request, bool isAsync)
    {
        MatchRequest = request;
        var ids = JsonNode.Parse(request.Body)!["parameter"]!.AsArray()
            .ToDictionary(b => (string)b!["part"]![0]!["resource"]!["name"]![0]!["family"]!, b => (string)b!["part"]![0]!["resource"]!["id"]!);
        var matched = Group("matched-1", "match", $$$"""{"entity":{"extension":[{"url":"http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/base-ext-match-parameters","valueReference":{"reference":"#{{{ids["Ash"]}}}"}}],"reference":"Patient/m1"}}""");
        var unmatched = Group("no-1", "nomatch", $$$"""{"entity":{"reference":"Patient/{{{ids["Birch"]}}}"}}""");
        var optedOut = Group("out-1", "consentconstraint", $$$"""{"entity":{"extension":[{"url":"http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/base-ext-match-parameters","valueReference":{"reference":"#{{{ids["Cedar"]}}}"}}],"reference":"Patient/m3"}}""");
        if (isAsync)
        {
            world.Peer.Files["/f/groups"] = string.Join('\n', matched, unmatched, optedOut) + "\n";
            return new("202 Accepted", "", $"Content-Location: {world.Peer.Origin}/match/1");
        }

        return new("200 OK", $$"""{"resourceType":"Parameters","parameter":[{"name":"MatchedMembers","resource":{{matched}}},{"name":"NonMatchedMembers","resource":{{unmatched}}},{"name":"ConsentConstrainedMembers","resource":{{optedOut}}}]}""");
    }

    private static string Group(string id, string code, string member) =>
        $$"""{"resourceType":"Group","id":"{{id}}","type":"person","actual":true,"code":{"coding":[{"system":"http://hl7.org/fhir/us/davinci-pdex/CodeSystem/PdexMultiMemberMatchResultCS","code":"{{code}}"}]},"member":[{{member}}]}""";

    private static IReadOnlyList<Publications.Publication> Events(ExportWorld world, string participant, string stream) =>
        world.Engine.Reader.Read(world.Engine.Organizations.Value.FindParticipant(participant)!.Number, stream, 0, 1000);
}
