using FhirGateway.Attributions;
using FhirGateway.Normalization;
using FhirGateway.Tests.Processing;
using static FhirGateway.Tests.Claims.EobText;

namespace FhirGateway.Tests.Claims;

/// <summary>How payers tell the versions of a claim, and what a participant must add up to.</summary>
public sealed class ClaimSequenceTests
{
    private const string Group = "https://bluebutton.cms.gov/resources/identifier/claim-group";
    private const string Control = "https://bluebutton.cms.gov/identifiers/CLM-CNTL-NUM";

    [Fact]
    public async Task S1_A_cancelled_original_and_its_replacement_add_up_to_the_replacement()
    {
        await using var rig = await ClaimRig.StartAsync("bcda-v2");
        await rig.TakeAsync(V2("101", 100, 1));
        Assert.Equal(100, await rig.PaidAsync());
        await rig.TakeAsync(V2("101", 100, 2) with { Status = "cancelled" }, V2("102", 80, 2));
        Assert.Equal(80, await rig.PaidAsync());
        var held = await rig.HoldsAsync();
        Assert.Equal("reversed", ClaimRig.State(held["carrier-101"]));
        Assert.Equal("adjusted", ClaimRig.State(held["carrier-102"]));
        Assert.Equal(ClaimRig.Lineage(held["carrier-101"]), ClaimRig.Lineage(held["carrier-102"]));
        Assert.Equal(
            held["carrier-101"].GetProperty("data").GetProperty("id").GetString(),
            held["carrier-102"].GetProperty("claim").GetProperty("predecessor").GetString());
    }

    [Fact]
    public async Task S2_A_replacement_while_the_original_is_still_active_counts_once_and_is_open()
    {
        await using var rig = await ClaimRig.StartAsync("bcda-v2");
        await rig.TakeAsync(V2("101", 100, 1));
        await rig.TakeAsync(V2("102", 80, 2));
        Assert.Equal(80, await rig.PaidAsync());
        Assert.True(ClaimRig.Open((await rig.HoldsAsync())["carrier-102"]));
        await rig.TakeAsync(V2("101", 100, 1));
        Assert.Equal(80, await rig.PaidAsync());
        await rig.TakeAsync(V2("101", 100, 3) with { Status = "cancelled" });
        Assert.Equal(80, await rig.PaidAsync());
        Assert.False(ClaimRig.Open((await rig.HoldsAsync())["carrier-102"]));
    }

    [Fact]
    public async Task S3_A_claim_whose_versions_are_all_cancelled_is_nothing()
    {
        await using var rig = await ClaimRig.StartAsync("bcda-v2");
        await rig.TakeAsync(V2("101", 100, 1) with { Status = "cancelled" }, V2("102", 100, 2) with { Status = "cancelled" });
        Assert.Equal(0, await rig.PaidAsync());
        Assert.All((await rig.HoldsAsync()).Values, e => Assert.Equal("reversed", ClaimRig.State(e)));
    }

    [Fact]
    public async Task S4_What_is_never_sent_again_is_superseded_by_its_control_number_over_a_change_of_version()
    {
        await using var rig = await ClaimRig.StartAsync("bcda-v3");
        await rig.TakeAsync(V3("5001", "A11", 100, 1));
        await rig.TakeAsync(V3("5002", "A11", 90, 2));
        Assert.Equal(90, await rig.PaidAsync());
        await rig.TakeAsync(V2("77", 100, 5) with
        {
            Extension = """{"url":"https://bluebutton.cms.gov/resources/variables/carr_clm_cntl_num","valueIdentifier":{"system":"https://bluebutton.cms.gov/resources/variables/carr_clm_cntl_num","value":"A11"}}""",
        });
        Assert.Equal(90, await rig.PaidAsync());
    }

    [Fact]
    public async Task S4_The_next_version_of_an_interface_that_renames_every_id_publishes_nothing()
    {
        await using var rig = await ClaimRig.StartAsync("bcda-v2");
        EobText Before(string id, string control, decimal amount) => V2(id, amount, 1) with
        {
            Identifiers = [Identifier(Group, "G" + id), Identifier("https://bluebutton.cms.gov/resources/variables/clm_id", id)],
            Extension = $$$"""{"url":"https://bluebutton.cms.gov/resources/variables/carr_clm_cntl_num","valueIdentifier":{"value":"{{{control}}}"}}""",
        };
        await rig.TakeAsync(Before("1", "A1", 100), Before("2", "B1", 50));
        var events = rig.Gateway.Events("claims").Count;
        var counts = await rig.TakeAsync(V3("5001", "A1", 100, 9), V3("5002", "B1", 50, 9));
        Assert.Equal(events, rig.Gateway.Events("claims").Count);
        Assert.Equal(2, counts.Claims["repeated"]);
        Assert.Equal(150, await rig.PaidAsync());
        await rig.TakeAsync(V3("5003", "A1", 70, 10));
        Assert.Equal(120, await rig.PaidAsync());
    }

    [Fact]
    public async Task S5_A_chain_that_comes_in_disorder_is_open_until_its_bridge_is_known()
    {
        await using var rig = await ClaimRig.StartAsync("bcda-v3");
        await rig.TakeAsync(V3("6003", "C11", 250, 3) with { Prior = ["B11"] });
        await rig.TakeAsync(V3("6001", "A11", 200, 1));
        Assert.Equal(450, await rig.PaidAsync());
        Assert.True(ClaimRig.Open((await rig.HoldsAsync())["6003"]));
        await rig.TakeAsync(V3("6002", "B11", 230, 2) with { Prior = ["A11"] });
        Assert.Equal(250, await rig.PaidAsync());
        var held = await rig.HoldsAsync();
        Assert.False(ClaimRig.Open(held["6003"]));
        Assert.Single(held.Values.Select(ClaimRig.Lineage).Distinct());
    }

    [Fact]
    public async Task S6_A_partial_version_is_expected_until_the_final_one_pays()
    {
        await using var rig = await ClaimRig.StartAsync("bcda-v3");
        await rig.TakeAsync(V3("7001", "A11", 500, 1) with { Outcome = "partial", Tags = Tag("System-Type", "SharedSystem") });
        Assert.Equal((0m, 500m), (await rig.PaidAsync(), await rig.PendingAsync()));
        await rig.TakeAsync(V3("7002", "A11", 480, 1));
        Assert.Equal((480m, 0m), (await rig.PaidAsync(), await rig.PendingAsync()));
        Assert.Equal("final", ClaimRig.State((await rig.HoldsAsync())["7002"]));
    }

    [Fact]
    public async Task S7_A_void_by_its_type_code_ends_the_claim_though_its_status_is_active()
    {
        await using var rig = await ClaimRig.StartAsync("bcda-v3");
        await rig.TakeAsync(V3("8001", "A11", 300, 1));
        Assert.Equal(300, await rig.PaidAsync());
        await rig.TakeAsync(V3("8002", "A11", 300, 2) with { SupportingInfo = Coded("https://bluebutton.cms.gov/fhir/CodeSystem/CLM-ADJSTMT-TYPE-CD", "1") });
        Assert.Equal(0, await rig.PaidAsync());
    }

    [Fact]
    public async Task S8_Of_a_drug_claim_of_which_all_versions_are_sent_the_last_stands_and_a_deletion_ends_it()
    {
        await using var rig = await ClaimRig.StartAsync("bcda-v3");
        await rig.TakeAsync(Drug("9001", "1", 20, 1), Drug("9002", "2", 15, 1));
        Assert.Equal(15, await rig.PaidAsync());
        await rig.TakeAsync(Drug("9009", "1", 7, 1) with { Start = "2026-04-01", End = "2026-04-01" });
        Assert.Equal(22, await rig.PaidAsync());
        await rig.TakeAsync(Drug("9003", "3", 15, 1));
        Assert.Equal(7, await rig.PaidAsync());
    }

    [Fact]
    public async Task S9_Rows_of_a_ledger_are_netted_over_a_repeated_row_and_a_change_of_the_beneficiary_number()
    {
        await using var rig = await ClaimRig.StartAsync("cclf");
        static string Known(string id) => $$"""{"resourceType":"Patient","id":"{{id}}","identifier":[{"system":"http://hl7.org/fhir/sid/us-mbi","value":"1EG4TE5MK72"}]}""";
        await rig.Gateway.ImportAsync(rig.Gateway.Payer, Known("m1"), Known("m1-new"));
        await rig.TakeAsync(Row("a1", "0", 1000, 1), Row("a1-again", "0", 1000, 1) with { Identifiers = [] });
        Assert.Equal(1000, await rig.PaidAsync());
        await rig.TakeAsync(Row("a2", "1", 1000, 2) with { Patient = "m1-new" });
        Assert.Equal(0, await rig.PaidAsync());
        Assert.DoesNotContain((await rig.HoldsAsync()).Values, ClaimRig.Current);
        await rig.TakeAsync(Row("a3", "2", 1200, 2) with { Patient = "m1-new" });
        Assert.Equal(1200, await rig.PaidAsync());
        await rig.TakeAsync(Row("a1", "0", 1000, 1));
        Assert.Equal(1200, await rig.PaidAsync());
    }

    [Fact]
    public async Task S10_What_names_its_predecessor_or_its_successor_counts_once_and_so_does_a_merge()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.TakeAsync(Carin("X11", 400, 1));
        Assert.Equal(400, await rig.PaidAsync());
        await rig.TakeAsync(Carin("Y11", 350, 2) with { Prior = ["X11"] });
        Assert.Equal(350, await rig.PaidAsync());
        await rig.TakeAsync(Carin("X11", 400, 3) with { ReplacedBy = ["Y11"] });
        Assert.Equal(350, await rig.PaidAsync());
        await rig.TakeAsync(Carin("M1", 100, 1), Carin("M2", 50, 1));
        Assert.Equal(500, await rig.PaidAsync());
        await rig.TakeAsync(Carin("M3", 140, 2) with { Prior = ["M1", "M2"] });
        Assert.Equal(490, await rig.PaidAsync());
        Assert.Single((await rig.HoldsAsync()).Where(h => h.Key.StartsWith("eob-M", StringComparison.Ordinal)).Select(h => ClaimRig.Lineage(h.Value)).Distinct());
    }

    [Fact]
    public async Task S11_A_reversal_with_negated_amounts_ends_the_claim_until_a_correction_follows()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.TakeAsync(Carin("Y11", 350, 1));
        await rig.TakeAsync(Carin("Z11", -350, 2) with { Prior = ["Y11"], Status = "cancelled" });
        Assert.Equal(0, await rig.PaidAsync());
        await rig.TakeAsync(Carin("W11", 320, 3) with { Prior = ["Z11"] });
        Assert.Equal(320, await rig.PaidAsync());
    }

    [Fact]
    public async Task S12_Interim_bills_are_claims_of_their_own_and_a_denial_is_final_and_pays_nothing()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        static EobText Interim(string uc, string bill, decimal amount, string start, string end) => Carin(uc, amount, 1) with
        {
            SupportingInfo = Coded("https://www.nubc.org/CodeSystem/TypeOfBill", bill), Start = start, End = end,
        };
        await rig.TakeAsync(
            Interim("I1", "0112", 300, "2026-03-01", "2026-03-31"), Interim("I2", "0113", 300, "2026-04-01", "2026-04-30"),
            Interim("I3", "0114", 150, "2026-05-01", "2026-05-10"));
        Assert.Equal(750, await rig.PaidAsync());
        await rig.TakeAsync(Carin("L1", 120, 1) with
        {
            Item = """{"sequence":1,"productOrService":{"text":"a"},"adjudication":[{"category":{"coding":[{"code":"paidtoprovider"}]},"amount":{"value":120,"currency":"USD"}}]},{"sequence":2,"productOrService":{"text":"b"},"adjudication":[{"category":{"coding":[{"code":"denialreason"}]},"amount":{"value":0,"currency":"USD"}}]}""",
        });
        Assert.Equal(870, await rig.PaidAsync());
        var counts = await rig.TakeAsync(
            Carin("D1", 0, 1) with { PaymentType = "denied" },
            Carin("D2", 0, 1) with { SupportingInfo = Coded("https://bluebutton.cms.gov/fhir/CodeSystem/CLM-PD-STUS-CD", "D") });
        Assert.Equal(2, counts.Claims["denied"]);
        Assert.Equal(870, await rig.PaidAsync());
        var denied = (await rig.HoldsAsync())["eob-D1"];
        Assert.True(ClaimRig.Current(denied));
        Assert.Equal("final", ClaimRig.State(denied));
    }

    private static EobText V2(string claim, decimal amount, int day) => new()
    {
        Id = "carrier-" + claim, Amount = amount, Day = day, Type = "professional",
        Identifiers = [Identifier("https://bluebutton.cms.gov/resources/variables/clm_id", claim), Identifier(Group, "7712345")],
    };

    private static EobText V3(string id, string control, decimal amount, int day) => new()
    {
        Id = id, Amount = amount, Day = day, Type = "professional", Identifiers = [Uc(id), Identifier(Control, control)],
        Tags = Tag("System-Type", "NationalClaimsHistory") + "," + Tag("Final-Action", "FinalAction"),
    };

    private static EobText Drug(string id, string type, decimal amount, int day) => new()
    {
        Id = id, Amount = amount, Day = day, Type = "pharmacy", Identifiers = [Uc(id), Identifier(Control, "RX-55")],
        Tags = Tag("System-Type", "DDPS"), TypeCoding = $$"""{"system":"https://bluebutton.cms.gov/fhir/CodeSystem/CLM-TYPE-CD","code":"{{type}}"}""",
    };

    private static EobText Row(string id, string adjustment, decimal amount, int day) => new()
    {
        Id = id, Amount = amount, Day = day, SupportingInfo = Coded("https://example.org/cclf/CLM_ADJSTMT_TYPE_CD", adjustment),
    };

    private static EobText Carin(string uc, decimal amount, int day) => new() { Id = "eob-" + uc, Amount = amount, Day = day, Identifiers = [Uc(uc)] };
}
