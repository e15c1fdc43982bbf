using System.Text;
using System.Text.Json;
using FhirGateway.Attributions;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Tests.Normalization.FhirMessages;

namespace FhirGateway.Tests.Processing;

/// <summary>FHIR messages, filters and routing through the whole pipeline.</summary>
public sealed class FhirMessageFlowTests
{
    private const string Npi = "1245319599";

    [Fact]
    public async Task An_HL7v2_admission_and_a_FHIR_discharge_of_one_visit_are_one_episode()
    {
        await using var gateway = await StartAsync();
        await PanelAsync(gateway);
        await gateway.AdtAsync(TestGateway.Adt("A01", "c1", "20260615100000"));
        await NotifyAsync(gateway, new NotificationText { Event = "notification-discharge", Status = "finished", End = "2026-06-15T20:00:00Z", Timestamp = "2026-06-15T20:00:05Z" });
        var events = await gateway.ReadAsync(StreamNames.Adt);
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtDischarge], TypesOf(events));
        var encounters = events.Select(e => Resource(e, "Encounter")).ToList();
        Assert.Equal(encounters[0].GetProperty("id").GetString(), encounters[1].GetProperty("id").GetString());
        Assert.Equal("finished", encounters[1].GetProperty("status").GetString());
        // What only the HL7v2 message said of the time of admission is not lost by the FHIR message, and the other way round.
        Assert.Equal("2026-06-15T20:00:00Z", encounters[1].GetProperty("period").GetProperty("end").GetString());
        Assert.Single(events.Select(e => e.GetProperty("person").GetString()).Distinct());
    }

    [Fact]
    public async Task A_cancelled_Encounter_takes_back_what_was_told_by_either_feed()
    {
        await using var gateway = await StartAsync();
        await PanelAsync(gateway);
        await gateway.AdtAsync(TestGateway.Adt("A01", "c1", "20260615100000"));
        await NotifyAsync(gateway, new NotificationText { Status = "cancelled", Timestamp = "2026-06-15T16:00:00Z" });
        var events = await gateway.ReadAsync(StreamNames.Adt);
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtCancel], TypesOf(events));
        Assert.Equal(events[0].GetProperty("id").GetString(), events[1].GetProperty("adt").GetProperty("cancels")[0].GetString());
        Assert.Equal("cancelled", Resource(events[1], "Encounter").GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_order_of_arrival_of_both_feeds_decides_nothing_but_when_it_is_told()
    {
        var admit = TestGateway.Adt("A01", "c1", "20260615100000");
        var discharge = new NotificationText { Event = "notification-discharge", Status = "finished", End = "2026-06-15T20:00:00Z", Timestamp = "2026-06-15T20:00:05Z" };
        await using var one = await StartAsync();
        await PanelAsync(one);
        await one.AdtAsync(admit);
        await NotifyAsync(one, discharge);
        await using var other = await StartAsync();
        await PanelAsync(other);
        await NotifyAsync(other, discharge);
        await other.AdtAsync(admit);
        await other.DrainAsync();
        var (last, first) = ((await one.ReadAsync(StreamNames.Adt))[^1], (await other.ReadAsync(StreamNames.Adt))[^1]);
        Assert.Equal(Resource(last, "Encounter").GetRawText(), Resource(first, "Encounter").GetRawText());
    }

    [Fact]
    public async Task A_repeated_message_is_told_once_and_the_same_name_with_other_bytes_is_another()
    {
        await using var gateway = await StartAsync();
        await PanelAsync(gateway);
        await NotifyAsync(gateway, new NotificationText());
        await NotifyAsync(gateway, new NotificationText());
        Assert.Equal([EventTypes.AdtAdmit], TypesOf(await gateway.ReadAsync(StreamNames.Adt)));
        await NotifyAsync(gateway, new NotificationText { MoreEncounter = ",\"priority\":{\"coding\":[{\"code\":\"EM\"}]}" });
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtUpdate], TypesOf(await gateway.ReadAsync(StreamNames.Adt)));
    }

    [Fact]
    public async Task Messages_survive_a_restart_between_acceptance_and_effect()
    {
        await using var gateway = await StartAsync();
        await PanelAsync(gateway);
        await AcceptAsync(gateway, new NotificationText());
        await gateway.RestartAsync();
        await gateway.DrainAsync();
        Assert.Equal([EventTypes.AdtAdmit], TypesOf(await gateway.ReadAsync(StreamNames.Adt)));
    }

    [Theory]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-ActCode", "42CFRPart2")]
    [InlineData("http://hl7.org/fhir/sid/icd-10-cm", "F10.20")]
    public async Task A_sensitive_FHIR_message_is_withheld(string system, string code)
    {
        await using var gateway = await StartAsync();
        await PanelAsync(gateway);
        await NotifyAsync(gateway, new NotificationText { MoreEncounter = ",\"reasonCode\":[{\"coding\":[{\"system\":\"" + system + "\",\"code\":\"" + code + "\"}]}]" });
        Assert.Empty(gateway.Events(StreamNames.Adt));
    }

    [Fact]
    public async Task A_minors_service_is_withheld_and_an_adults_is_not()
    {
        await using var gateway = await StartAsync();
        var adult = TestGateway.Adt("A01", "c1", "20260615100000").Replace("|4N^401^1|", "|TEEN^1^1|", StringComparison.Ordinal);
        var minor = TestGateway.Adt("A01", "c2", "20260615100000", visit: "V2", mrn: "8").Replace("|4N^401^1|", "|TEEN^1^1|", StringComparison.Ordinal)
            .Replace("19500517", "20110517", StringComparison.Ordinal);
        await PanelAsync(gateway, Row("L-1", new DateOnly(1950, 5, 17)), Row("L-2", new DateOnly(2011, 5, 17)));
        await gateway.AdtAsync(adult);
        await gateway.AdtAsync(minor);
        await gateway.DrainAsync();
        Assert.Equal(["L-1"], (await gateway.ReadAsync(StreamNames.Adt)).Select(e => e.GetProperty("localId").GetString()));
    }

    [Fact]
    public async Task A_participant_is_told_what_it_wants_and_why_says_what_it_does_not()
    {
        await using var gateway = await StartAsync();
        Assert.Null(await gateway.Engine.Registry.SaveAsync(gateway.Aco with { Filter = new EventFilter { Events = [EventTypes.AdtDischarge] } }, "test", default));
        await PanelAsync(gateway);
        await gateway.AdtAsync(TestGateway.Adt("A01", "c1", "20260615100000"));
        await gateway.DrainAsync();
        Assert.Empty(gateway.Events(StreamNames.Adt));
        await gateway.AdtAsync(TestGateway.Adt("A03", "c2", "20260615110000"));
        await gateway.DrainAsync();
        Assert.Equal([EventTypes.AdtDischarge], TypesOf(await gateway.ReadAsync(StreamNames.Adt)));
        // What it was told is taken back whatever it wants.
        await gateway.AdtAsync(TestGateway.Adt("A13", "c3", "20260615120000"));
        await gateway.DrainAsync();
        Assert.Equal([EventTypes.AdtDischarge, EventTypes.AdtCancel], TypesOf(await gateway.ReadAsync(StreamNames.Adt)));
        var encounter = Resource((await gateway.ReadAsync(StreamNames.Adt))[0], "Encounter").GetProperty("id").GetString()!;
        var why = await gateway.Engine.Why.ExplainAsync(gateway.Aco, encounter, default);
        Assert.Contains(why!, l => l.StartsWith("  no  filter", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_visit_goes_to_the_participant_of_the_primary_care_that_it_names_without_a_roster()
    {
        await using var gateway = await StartAsync();
        Assert.Null(await gateway.Engine.Registry.SaveAsync(gateway.Aco with { ProviderNpis = [Npi] }, "test", default));
        var adt = TestGateway.Adt("A01", "c1", "20260615100000").Replace("PV1|1|", $"PD1||||{Npi}^Grey^Mel^^^^^^NPI\rPV1|1|", StringComparison.Ordinal);
        await gateway.AdtAsync(adt);
        await gateway.DrainAsync();
        Assert.Empty(gateway.Events(StreamNames.Adt));
        Assert.Null(await gateway.Engine.Registry.SaveAsync(
            new Agreement { Id = "g", Source = "hospital", Participant = "aco-one", Classes = DataClasses.Adt, RoutesToPcp = true }, "test", default));
        // What happens from then on goes there, also where the message names the primary care no more.
        await gateway.AdtAsync(TestGateway.Adt("A03", "c3", "20260615110000"));
        await gateway.DrainAsync();
        var events = await gateway.ReadAsync(StreamNames.Adt);
        Assert.Equal([EventTypes.AdtDischarge], TypesOf(events));
        Assert.Equal("g", events[0].GetProperty("agreement").GetString());
        Assert.False(events[0].TryGetProperty("localId", out _));
        var why = await gateway.Engine.Why.ExplainAsync(gateway.Aco, events[0].GetProperty("id").GetString()!, default);
        Assert.Contains(why!, l => l.StartsWith("  yes pcp-routing", StringComparison.Ordinal) && l.Contains(Npi, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_NPI_of_an_attending_routes_nothing()
    {
        await using var gateway = await StartAsync();
        Assert.Null(await gateway.Engine.Registry.SaveAsync(gateway.Aco with { ProviderNpis = [Npi] }, "test", default));
        Assert.Null(await gateway.Engine.Registry.SaveAsync(
            new Agreement { Id = "g", Source = "hospital", Participant = "aco-one", Classes = DataClasses.Adt, RoutesToPcp = true }, "test", default));
        await gateway.AdtAsync(TestGateway.Adt("A01", "c1", "20260615100000").Replace("|4N^401^1|||||||", $"|4N^401^1||||{Npi}^Grey^Mel^^^^^^NPI|||", StringComparison.Ordinal));
        await gateway.DrainAsync();
        Assert.Empty(gateway.Events(StreamNames.Adt));
    }

    [Fact]
    public async Task Who_joins_is_told_the_recent_visits_that_the_agreement_allows()
    {
        await using var gateway = await StartAsync();
        await gateway.AdtAsync(TestGateway.Adt("A01", "c1", "20260610100000"));
        await gateway.AdtAsync(TestGateway.Adt("A01", "c2", "20260301100000", visit: "V2"));
        await gateway.DrainAsync();
        Assert.Null(await gateway.Engine.Registry.SaveAsync(
            new Agreement { Id = "g", Source = "hospital", Participant = "aco-one", Classes = DataClasses.Adt, RecentDays = 30 }, "test", default));
        await PanelAsync(gateway);
        Assert.Equal(["2026-06-10"], (await gateway.ReadAsync(StreamNames.Adt)).Select(e => e.GetProperty("time").GetString()![..10]));
    }

    private static async Task<TestGateway> StartAsync()
    {
        var gateway = await TestGateway.StartAsync();
        Assert.Null(await gateway.Engine.Registry.SaveAsync(
            gateway.Hospital with { Feed = new() { AuthoritySystems = [new("MERCY", "urn:oid:1.2.3.4"), new("MERCY", "urn:oid:1.2.3.5")] } }, "test", default));
        return gateway;
    }

    private static async Task PanelAsync(TestGateway gateway, params RosterRow[] rows)
    {
        await gateway.Engine.Rosters.LoadPanelAsync(gateway.Aco, "test", rows.Length == 0 ? [Row("L-1", new DateOnly(1950, 5, 17))] : rows, [], 180, default);
        await gateway.DrainAsync();
    }

    private static RosterRow Row(string localId, DateOnly born) => new()
    {
        Line = 2,
        Key = localId,
        Facts = new PatientFacts { Family = "Moore", Given = "Ada", BirthDate = born, Sex = "female", PostalCode = "80202" },
    };

    private static async Task NotifyAsync(TestGateway gateway, NotificationText text)
    {
        await AcceptAsync(gateway, text);
        await gateway.DrainAsync();
    }

    private static async Task AcceptAsync(TestGateway gateway, NotificationText text)
    {
        var answer = await gateway.Engine.FhirMessages.ReceiveAsync(Encoding.UTF8.GetBytes(text.ToString()), gateway.Hospital, default);
        Assert.Empty(answer.Faults);
        Assert.True(answer.IsAccepted);
    }

    private static IEnumerable<string> TypesOf(IEnumerable<JsonElement> events) => events.Select(e => e.GetProperty("type").GetString()!);

    private static JsonElement Resource(JsonElement entry, string type) => entry.GetProperty("data").GetProperty("entry").EnumerateArray()
        .Select(e => e.GetProperty("resource")).First(r => r.GetProperty("resourceType").GetString() == type);
}
