using FhirGateway.Attributions;
using FhirGateway.Claims;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Tests.Processing;
using static FhirGateway.Tests.Claims.EobText;

namespace FhirGateway.Tests.Claims;

public sealed class ClaimLifeTests
{
    [Theory]
    [InlineData("preauthorization")]
    [InlineData("predetermination")]
    public async Task What_is_authorized_before_is_no_claim(string use)
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        var counts = await rig.TakeAsync(Claim("A11", 900, 1) with { Use = use }, Claim("A11", 100, 1) with { Id = "paid" });
        var authorization = Assert.Single(await rig.Gateway.ReadAsync("claims"), e => e.GetProperty("type").GetString() == "claims.preauthorization");
        Assert.False(authorization.TryGetProperty("claim", out _));
        Assert.Equal(1, counts.Claims["preauthorization"]);
        Assert.Equal(100, await rig.PaidAsync());
    }

    [Fact]
    public async Task A_version_that_is_superseded_comes_again_before_the_one_that_supersedes_it_and_says_whom_it_followed()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.TakeAsync(Claim("X11", 400, 1));
        await rig.TakeAsync(Claim("Y11", 350, 2) with { Prior = ["X11"] });
        var told = (await rig.Gateway.ReadAsync("claims")).Select(e => (ClaimRig.SourceId(e), ClaimRig.State(e), ClaimRig.Current(e))).ToList();
        Assert.Equal([("eob-X11", "final", true), ("eob-X11", "final", false), ("eob-Y11", "adjusted", true)], told);
        var why = await new WhyReport(rig.Gateway.Engine.Store, rig.Gateway.Engine.Reader, rig.Gateway.Engine.Organizations, rig.Gateway.Clock)
            .ExplainAsync(rig.Gateway.Aco, "ExplanationOfBenefit/eob-Y11", default);
        Assert.Contains(why!, l => l.Contains("adjusted, current, after", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_taken_away_leaves_the_claim_to_the_versions_that_remain()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.TakeAsync(Claim("X11", 400, 1), Claim("Y11", 350, 2) with { Prior = ["X11"] }, Claim("Z11", 300, 3) with { Prior = ["Y11"] });
        Assert.Equal(300, await rig.PaidAsync());
        await RemoveAsync(rig, "eob-Z11");
        Assert.Equal(350, await rig.PaidAsync());
        // The bridge goes: what it held together comes apart.
        await rig.TakeAsync(Claim("Z12", 290, 4) with { Prior = ["Y11"] });
        await RemoveAsync(rig, "eob-Y11");
        Assert.DoesNotContain(await rig.Gateway.ReadAsync("claims"), e => e.GetProperty("data").ToString().Contains("uc-Y11", StringComparison.Ordinal));
        Assert.Equal(690, await rig.PaidAsync());
        Assert.True(ClaimRig.Open((await rig.HoldsAsync())["eob-Z12"]));
        await rig.TakeAsync(Claim("Y11", 350, 2) with { Prior = ["X11"] });
        Assert.Equal(290, await rig.PaidAsync());
    }

    [Fact]
    public async Task A_version_that_turns_out_to_be_no_claim_or_nobodys_leaves_its_claim()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        var last = Claim("Y11", 350, 2) with { Prior = ["X11"] };
        await rig.TakeAsync(Claim("X11", 400, 1), last);
        await rig.TakeAsync(last with { Use = "preauthorization" });
        Assert.Equal(400, await rig.PaidAsync());
        await rig.TakeAsync(last);
        Assert.Equal(350, await rig.PaidAsync());
        await rig.Gateway.ImportAsync(rig.Gateway.Payer, last.ToString().Replace("Patient/m1", "#none", StringComparison.Ordinal));
        Assert.Equal(400, await rig.PaidAsync());
        Assert.DoesNotContain("eob-Y11", (await rig.HoldsAsync()).Keys);
    }

    [Fact]
    public async Task A_repeat_takes_the_place_of_its_original_when_that_is_deleted()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.TakeAsync(Claim("X11", 400, 1));
        await rig.TakeAsync(Claim("X11", 400, 1) with { Id = "new-X11" }, Claim("X11", 400, 1) with { Id = "newer-X11" });
        Assert.Single(await rig.HoldsAsync());
        await RemoveAsync(rig, "eob-X11");
        Assert.Equal("new-X11", Assert.Single(await rig.HoldsAsync()).Key);
        Assert.Equal(400, await rig.PaidAsync());
    }

    [Fact]
    public async Task A_repeat_that_changes_is_a_version_and_stands_for_the_claim()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.TakeAsync(Claim("X11", 400, 1));
        await rig.TakeAsync(Claim("X11", 400, 2) with { Id = "new-X11" });
        await rig.TakeAsync(Claim("X11", 380, 3) with { Id = "new-X11" });
        Assert.Equal(380, await rig.PaidAsync());
        Assert.Equal(["eob-X11", "new-X11"], (await rig.HoldsAsync()).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_changed_and_changed_back_is_news_whatever_comes_first()
    {
        const string Number = "https://payer.example/claim";
        EobText Of(string id, decimal amount, int day) => new() { Id = id, Amount = amount, Day = day, Identifiers = [Identifier(Number, "C-1")] };
        EobText[] told = [Of("a", 100, 1), Of("b", 80, 2), Of("c", 100, 3)];
        int[][] orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        foreach (var order in orders)
        {
            await using var rig = await ClaimRig.StartAsync("carin", Number);
            foreach (var i in order)
                await rig.TakeAsync(told[i]);
            Assert.Equal(100, await rig.PaidAsync());
        }
    }

    [Fact]
    public async Task Two_records_that_turn_out_to_be_one_person_have_one_claim()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        static string Known(string id) => $$"""{"resourceType":"Patient","id":"{{id}}","identifier":[{"system":"http://hl7.org/fhir/sid/us-mbi","value":"1EG4TE5MK72"}]}""";
        await rig.Gateway.ImportAsync(rig.Gateway.Payer, Known("m1"));
        await rig.TakeAsync(Claim("X11", 400, 1), Claim("Y11", 350, 2) with { Prior = ["X11"], Patient = "m2" });
        Assert.Equal(400, await rig.PaidAsync());
        await rig.Gateway.ImportAsync(rig.Gateway.Payer, Known("m2"));
        await rig.Gateway.DrainAsync();
        Assert.Equal(350, await rig.PaidAsync());
    }

    [Fact]
    public async Task A_change_of_standing_goes_out_without_amounts_where_amounts_do_not_go()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.Gateway.Engine.Registry.SaveAsync(
            new Agreement { Id = "no-amounts", Source = "payer-a", Participant = "aco-one", Classes = DataClasses.Claims }, "test", default);
        await rig.TakeAsync(Claim("X11", 412.34m, 1), Claim("Y11", 356.78m, 2) with { Prior = ["X11"] });
        await rig.TakeAsync(Claim("Z11", 123.45m, 3) with { Prior = ["Y11"] });
        var told = await rig.Gateway.ReadAsync("claims");
        Assert.Equal(5, told.Count);
        Assert.All(told, e => Assert.False(e.GetProperty("data").TryGetProperty("payment", out _)));
    }

    [Fact]
    public async Task Settings_that_change_are_applied_to_what_is_sent_again_unchanged()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        const string Number = "https://payer.example/claim";
        EobText[] told = [Claim("X11", 400, 1) with { Identifiers = [Identifier(Number, "C-1")] }, Claim("Y11", 350, 2) with { Identifiers = [Identifier(Number, "C-1")] }];
        await rig.TakeAsync(told);
        Assert.Equal(750, await rig.PaidAsync());
        await rig.Gateway.Engine.Registry.SaveAsync(
            new Source { Id = "payer-a", Kind = SourceKind.Payer, Claims = new ClaimSettings { Keys = [Number] } }, "test", default);
        await rig.TakeAsync(told);
        Assert.Equal(350, await rig.PaidAsync());
        Assert.NotNull(await rig.Gateway.Engine.Registry.SaveAsync(
            new Source { Id = "payer-a", Kind = SourceKind.Payer, Claims = new ClaimSettings { Profile = "nothing" } }, "test", default));
    }

    [Fact]
    public async Task What_is_left_out_of_a_later_file_stays_and_the_paid_through_day_rises_with_final_claims_only()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.TakeAsync(Claim("X11", 400, 1), Claim("P11", 10, 1) with { Outcome = "partial", End = "2026-05-05" });
        await rig.TakeAsync(Claim("Y11", 50, 2) with { Start = "2026-04-01", End = "2026-04-02" }, Claim("F11", 1, 2) with { Start = "2027-01-01", End = "2027-01-02" });
        Assert.Equal(451, await rig.PaidAsync());
        Assert.Equal(
            new DateOnly(2026, 4, 2),
            await rig.Gateway.Engine.Store.WriteAsync(StateLane.Messages, tx => tx.Claims.PaidThrough(rig.Gateway.Payer.Number), default));
    }

    [Fact]
    public async Task The_time_of_the_reading_is_no_change()
    {
        await using var rig = await ClaimRig.StartAsync("bcda-v2");
        var eob = Claim("X11", 400, 1);
        await rig.TakeAsync(eob);
        Assert.Equal(1, (await rig.TakeAsync(eob with { Day = 30 })).Unchanged);
    }

    [Fact]
    public async Task A_claim_before_it_is_paid_is_partial_under_the_number_of_the_paid_one()
    {
        await using var rig = await ClaimRig.StartAsync("bcda-v2");
        const string Partial = """{"resourceType":"ClaimResponse","id":"f-1","identifier":[{"system":"https://bluebutton.cms.gov/resources/variables/fiss/dcn","value":"A-77"}],"status":"active","use":"claim","type":{"text":"x"},"patient":{"reference":"Patient/m1"},"created":"2026-03-02","insurer":{"display":"i"},"outcome":"partial"}""";
        await rig.Gateway.ImportAsync(rig.Gateway.Payer, Partial);
        await rig.TakeAsync(Claim("X11", 400, 1) with { Identifiers = [Identifier("https://bluebutton.cms.gov/resources/variables/fi_doc_clm_cntl_num", "A-77")] });
        var told = await rig.Gateway.ReadAsync("claims");
        Assert.Equal(["claims.resource partial False", "claims.eob final True"], told.Select(e => $"{e.GetProperty("type").GetString()} {ClaimRig.State(e)} {ClaimRig.Current(e)}"));
        Assert.Single(told.Select(ClaimRig.Lineage).Distinct());
    }

    [Fact]
    public async Task More_versions_than_are_believed_never_count_twice()
    {
        await using var rig = await ClaimRig.StartAsync("carin", "https://payer.example/all");
        EobText[] all = [.. Enumerable.Range(0, ClaimLineage.MostVersions + 20).Select(i =>
            new EobText { Id = $"e{i}", Amount = 1 + i, Day = 1 + (i % 300), Identifiers = [Identifier("https://payer.example/all", "one-key")] })];
        await rig.TakeAsync(all);
        Assert.True((await rig.HoldsAsync()).Values.Count(ClaimRig.Current) <= 1);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("99999999999")]
    [InlineData("unknown")]
    public async Task What_stands_for_a_number_that_is_not_known_names_no_claim(string filler)
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.TakeAsync(Claim(filler, 10, 1), Claim(filler, 20, 2) with { Id = "other" });
        Assert.Equal(30, await rig.PaidAsync());
    }

    [Fact]
    public void A_circle_of_versions_has_one_head()
    {
        ClaimVersion[] circle =
        [
            Versions.Of(Claim("A11", 1, 1) with { Prior = ["C11"] }, "carin", 1),
            Versions.Of(Claim("B11", 2, 2) with { Prior = ["A11"] }, "carin", 2),
            Versions.Of(Claim("C11", 3, 3) with { Prior = ["B11"], ReplacedBy = ["A11"] }, "carin", 3),
        ];
        Assert.True(Versions.Stand(circle).Values.Count(s => s.IsCurrent) <= 1);
    }

    [Fact]
    public void Facts_and_standings_survive_their_encoding()
    {
        var facts = Versions.Of(Claim("A11", -12.34m, 1) with { Prior = ["B11"], ReplacedBy = ["C11"] }, "carin", 1).Facts;
        var decoded = ClaimFacts.Decode(facts.Encode());
        Assert.Equal(facts with { Keys = [] }, decoded with { Keys = [] });
        Assert.Equal(facts.Keys, decoded.Keys);
        Assert.Equal(-123_400, facts.Amount);
        foreach (var predecessor in new Guid?[] { null, new Guid("6f1e2ad4-5f0b-5c3e-9a55-8f1d3a0c7e21") })
        {
            var standing = new ClaimStanding(new Guid("5f1e2ad4-5f0b-5c3e-9a55-8f1d3a0c7e21"), ClaimState.Adjusted, true, predecessor, true);
            Assert.Equal(standing, ClaimStanding.Decode(standing.Encode()));
        }
    }

    private static EobText Claim(string uc, decimal amount, int day) =>
        new() { Id = "eob-" + uc, Amount = amount, Day = day, Identifiers = [Uc(uc), Identifier("https://payer.example/line", "uc-" + uc)] };

    /// <summary>As the deletion of a resource by its source does: its events are withdrawn, and its claim judged without it.</summary>
    private static Task RemoveAsync(ClaimRig rig, string id) => rig.Gateway.Engine.Store.WriteAsync(StateLane.Bulk, tx =>
    {
        var publisher = new Publisher(tx, rig.Gateway.Engine.Organizations.Value, rig.Gateway.Engine.Bodies, rig.Gateway.Clock.GetUtcNow());
        var resource = tx.Resources.Find(Contracts.PublishedId.Create("payer-a", "ExplanationOfBenefit", id), adt: false)!;
        foreach (var held in tx.Resources.HoldersOf(resource.Number))
            publisher.Withdraw(resource, held, Contracts.ReasonCodes.DeletedBySource);
        publisher.Claims.Remove(resource);
        return true;
    }, default);
}
