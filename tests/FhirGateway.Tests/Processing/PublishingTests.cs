using FhirGateway.Attributions;
using FhirGateway.Audit;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using static FhirGateway.Tests.Processing.TestGateway;

namespace FhirGateway.Tests.Processing;

public sealed class PublishingTests
{
    private static readonly RosterOptions Full = new();

    [Fact]
    public async Task What_is_attributed_is_published_once_and_a_change_again()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        string[] lines = [Patient("m1"), Patient("m2"), Eob("e1", "m1"), Eob("e2", "m2"), Eob("e3", "m1", "2025-12-31")];
        Assert.Equal(5, (await gateway.ImportAsync(gateway.Payer, lines)).Counts.Stored);
        Assert.Single(gateway.Events("claims"));
        Assert.Single(gateway.Events("clinical"));
        Assert.Equal(5, (await gateway.ImportAsync(gateway.Payer, lines)).Counts.Unchanged);
        Assert.Single(gateway.Events("claims"));
        await gateway.ImportAsync(gateway.Payer, Eob("e1", "m1", "2026-03-02"));
        Assert.Equal(2, gateway.Events("claims").Count);
        Assert.Empty(gateway.Engine.VerifyAudit(null).Faults);
    }

    [Fact]
    public async Task A_person_added_to_the_roster_later_gets_what_is_due_without_a_new_import()
    {
        await using var gateway = await StartAsync();
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Eob("e1", "m1"));
        Assert.Empty(gateway.Events("claims"));
        await gateway.RosterAsync(Full, Row("m1"));
        Assert.Equal("L-m1", Assert.Single(gateway.Events("claims")).LocalId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_resource_of_no_person_goes_once_whichever_comes_first(bool practitionerFirst)
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        const string Practitioner = """{"resourceType":"Practitioner","id":"d1","name":[{"family":"Stone"}]}""";
        const string Stranger = """{"resourceType":"Practitioner","id":"d2","name":[{"family":"Wood"}]}""";
        if (practitionerFirst)
            await gateway.ImportAsync(gateway.Payer, Practitioner, Stranger);
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Eob("e1", "m1", provider: "Practitioner/d1"), Eob("e2", "m1", provider: "Practitioner/d1"));
        if (!practitionerFirst)
            await gateway.ImportAsync(gateway.Payer, Practitioner, Stranger);
        Assert.Single(gateway.Events("clinical"), e => e.Person == 0);
        Assert.Equal(2, gateway.Events("claims").Count);
    }

    [Fact]
    public async Task Amounts_go_only_where_the_agreement_says_so()
    {
        await using var gateway = await StartAsync();
        await gateway.Engine.Registry.SaveAsync(
            new Agreement { Id = "no-amounts", Source = "payer-a", Participant = "aco-one", Classes = DataClasses.Claims }, "test", default);
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Eob("e1", "m1"));
        await gateway.RosterAsync(Full, Row("m1"));
        await gateway.ImportAsync(gateway.Payer, Eob("e2", "m1"));
        var claims = await gateway.ReadAsync("claims");
        Assert.Equal(2, claims.Count);
        Assert.All(claims, c => Assert.DoesNotContain("12.5", c.GetProperty("data").GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_resource_that_moves_to_another_human_is_taken_back()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Patient("m2"), Eob("e1", "m1"));
        await gateway.ImportAsync(gateway.Payer, Eob("e1", "m2"));
        var claims = await gateway.ReadAsync("claims");
        Assert.Equal(["claims.eob", "claims.withdrawn"], claims.Select(c => c.GetProperty("type").GetString()));
        Assert.Equal(2, claims[0].GetProperty("withdrawn").GetInt64());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, claims[0].GetProperty("data").ValueKind);
        Assert.Equal(ReasonCodes.WrongPerson, claims[1].GetProperty("data").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task An_opt_out_takes_back_what_was_not_read_and_its_revocation_brings_it_again()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Eob("e1", "m1"));
        await gateway.ReadAsync("claims");
        await gateway.ImportAsync(gateway.Payer, Eob("e2", "m1"));
        async Task Choose(bool optedOut, int day) => await gateway.Engine.Rosters.LoadOptOutsAsync(
            gateway.Payer, "test",
            [new RosterRow { Line = 2, Key = "m1", Facts = new PatientFacts(), OptedOut = optedOut, AsOf = new DateOnly(2026, 6, day) }], [], default);
        await Choose(true, 1);
        await gateway.ImportAsync(gateway.Payer, Eob("e3", "m1"));
        Assert.Equal([null, 3L, null], gateway.Events("claims").Select(e => e.Withdrawn));
        await Choose(false, 2);
        await gateway.DrainAsync();
        Assert.Equal(5, gateway.Events("claims").Count);
        Assert.Empty(gateway.Engine.VerifyAudit(null).Faults);
    }

    [Fact]
    public async Task A_message_again_is_answered_and_published_once()
    {
        await using var gateway = await StartAsync();
        await PanelAsync(gateway);
        var message = Adt("A01", "C1", "20260615080000-0500");
        for (var i = 0; i < 2; i++)
            Assert.Contains("MSA|AA|C1", await gateway.AdtAsync(message), StringComparison.Ordinal);
        await gateway.DrainAsync();
        await gateway.RestartAsync();
        await gateway.AdtAsync(message);
        await gateway.AdtAsync(message.Replace("|C1|", "|C2|", StringComparison.Ordinal));
        await gateway.DrainAsync();
        Assert.Equal("adt.admit", Assert.Single(gateway.Events("adt")).Type);
    }

    [Fact]
    public async Task A_late_admit_does_not_reopen_a_visit()
    {
        await using var gateway = await StartAsync();
        await PanelAsync(gateway);
        await gateway.AdtAsync(Adt("A03", "C2", "20260615120000-0500"));
        await gateway.DrainAsync();
        await gateway.AdtAsync(Adt("A01", "C1", "20260615080000-0500"));
        await gateway.DrainAsync();
        var events = await gateway.ReadAsync("adt");
        Assert.All(events, e => Assert.Contains("\"finished\"", e.GetProperty("data").GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_label_sticks_to_its_visit_and_counts_even_if_nothing_else_changed()
    {
        await using var gateway = await StartAsync();
        await PanelAsync(gateway);
        await gateway.AdtAsync(Adt("A08", "C1", "20260615080000-0500"));
        await gateway.AdtAsync(Adt("A08", "C2", "20260615080000-0500", pv1Tail: "VIP"));
        await gateway.AdtAsync(Adt("A03", "C3", "20260615120000-0500"));
        await gateway.DrainAsync();
        Assert.Equal("C1", Assert.Single(gateway.Events("adt")).Origin);
    }

    [Fact]
    public async Task A_full_roster_ends_whom_it_no_longer_names_but_asks_when_many_would_go()
    {
        await using var gateway = await StartAsync();
        RosterRow[] rows = [.. Enumerable.Range(1, 10).Select(i => Row("m" + i, line: i + 1))];
        Assert.Equal(10, (await gateway.RosterAsync(Full, rows)).Changed);
        Assert.Equal(0, (await gateway.RosterAsync(Full, rows)).Changed);
        Assert.True((await gateway.RosterAsync(Full, rows[..7])).NeedsConfirmation);
        Assert.Equal(0, (await gateway.RosterAsync(new RosterOptions { ChangesOnly = true }, rows[0])).Dropped);
        Assert.Equal(2, (await gateway.RosterAsync(Full, rows[..8])).Dropped);
        Assert.Equal(1, (await gateway.RosterAsync(Full, rows[..9])).Changed);
        Assert.Equal(10 + 2 + 1, gateway.Events("roster").Count);
        Assert.Equal(EventTypes.RosterAdded, gateway.Events("roster")[^1].Type);
        var overlapping = await gateway.RosterAsync(new RosterOptions { ChangesOnly = true }, Row("m1"), Row("m1", "2026-05-01", line: 3));
        Assert.Equal(3, Assert.Single(overlapping.Rejected).Line);
    }

    [Fact]
    public async Task Who_is_dropped_before_the_first_day_never_opens_anything()
    {
        await using var gateway = await StartAsync();
        await gateway.Engine.Registry.SaveAsync(
            new Agreement { Id = "g", Source = "payer-a", Participant = "aco-one", LookBackDays = 365, RunOutDays = 90 }, "test", default);
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Eob("e1", "m1"));
        await gateway.RosterAsync(Full, Row("m1", "2026-06-16"), Row("m2", line: 3));
        await gateway.RosterAsync(new RosterOptions { Confirmed = true }, Row("m2"));
        gateway.Clock.Now = gateway.Clock.Now.AddDays(3);
        await Task.Delay(1200, TestContext.Current.CancellationToken);
        await gateway.DrainAsync();
        Assert.Empty(gateway.Events("claims"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_day_on_which_an_attribution_or_an_agreement_begins_publishes_what_is_due(bool agreementBegins)
    {
        await using var gateway = await StartAsync();
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Eob("e1", "m1", "2026-06-20"));
        if (agreementBegins)
        {
            await gateway.Engine.Registry.SaveAsync(
                new Agreement { Id = "g", Source = "payer-a", Participant = "aco-one", Start = new DateOnly(2026, 6, 17) }, "test", default);
        }

        await gateway.RosterAsync(Full, Row("m1", agreementBegins ? "2026-01-01" : "2026-06-17"));
        await Task.Delay(700, TestContext.Current.CancellationToken);
        Assert.Empty(gateway.Events("claims"));
        gateway.Clock.Now = gateway.Clock.Now.AddDays(2);
        for (var i = 0; i < 50 && gateway.Events("claims").Count == 0; i++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Single(gateway.Events("claims"));
    }

    [Fact]
    public async Task The_end_of_an_agreement_stops_the_flow_and_recalls_nothing()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Eob("e1", "m1"));
        await gateway.Engine.Registry.SaveAsync(
            new Agreement { Id = "g", Source = "payer-a", Participant = "aco-one", End = new DateOnly(2026, 6, 14) }, "test", default);
        await gateway.ImportAsync(gateway.Payer, Eob("e2", "m1"));
        Assert.Null(Assert.Single(gateway.Events("claims")).Withdrawn);
    }

    [Fact]
    public async Task A_link_undone_by_a_corrected_identifier_takes_back_what_went_to_the_wrong_human()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        static string Known(string id, string mbi) =>
            $$"""{"resourceType":"Patient","id":"{{id}}","identifier":[{"system":"http://hl7.org/fhir/sid/us-mbi","value":"{{mbi}}"}]}""";
        await gateway.ImportAsync(gateway.Payer, Known("m1", "1EG4TE5MK72"), Known("other", "1EG4TE5MK72"), Eob("e1", "other"));
        Assert.Single(gateway.Events("claims"));
        await gateway.ImportAsync(gateway.Payer, Known("other", "2FH5UF6NL83"));
        Assert.Equal(["claims.eob", "claims.withdrawn"], gateway.Events("claims").Select(e => e.Type));
    }

    private static async Task PanelAsync(TestGateway gateway) => await gateway.Engine.Rosters.LoadPanelAsync(
        gateway.Aco, "test",
        [
            new RosterRow
            {
                Line = 2, Key = "p1",
                Facts = new PatientFacts { Family = "Moore", Given = "Ada", BirthDate = new DateOnly(1950, 5, 17), Sex = "female", PostalCode = "80202" },
            },
        ], [], 365, default);
}
