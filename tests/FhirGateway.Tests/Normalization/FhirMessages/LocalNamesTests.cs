using System.Text;
using System.Text.Json;
using FhirGateway.Normalization.Adt;
using FhirGateway.Normalization.FhirMessages;

namespace FhirGateway.Tests.Normalization.FhirMessages;

/// <summary>Ids that mean something within their Bundle alone never make two things one, nor one thing two.</summary>
public sealed class LocalNamesTests
{
    private const string Patient = "urn:uuid:06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b";
    private const string Visit = "urn:uuid:22222222-5fbe-4480-9bb4-6b54ec02d31b";

    [Theory]
    [InlineData("")]
    [InlineData("\"fullUrl\":\"Condition/1\",")]
    [InlineData("\"fullUrl\":\"urn:uuid:@fresh\",")]
    public void A_condition_that_is_numbered_anew_in_each_message_is_never_another_patients(string url)
    {
        var one = Ids(Message("9", "V1", Condition(url, "I50.9")));
        var other = Ids(Message("10", "V2", Condition(url, "I50.9")));
        Assert.NotEqual(one["Condition"], other["Condition"]);
        Assert.NotEqual(one["Condition"], Ids(Message("9", "V1", Condition(url, "J18.9")))["Condition"]);
        Assert.Equal(one["Condition"], Ids(Message("9", "V1", Condition(url, "I50.9", id: "7"), bundle: "m-2"))["Condition"]);
    }

    [Fact]
    public void The_id_of_a_message_is_not_kept_as_an_identifier_and_that_of_a_server_is()
    {
        Assert.DoesNotContain("source-id", Encoding.UTF8.GetString(Read(Message("9", "V1", Condition("", "I50.9"))).Bundle.Span), StringComparison.Ordinal);
        Assert.Contains(
            "\"system\":\"urn:fhir-gateway:source-id:hospital\",\"value\":\"1\"",
            Encoding.UTF8.GetString(Read(Message("9", "V1", Condition("\"fullUrl\":\"https://h.example/fhir/Condition/1\",", "I50.9"))).Bundle.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_server_has_under_an_id_keeps_it_whatever_it_says_and_is_another_servers_never()
    {
        const string url = "\"fullUrl\":\"https://h.example/fhir/Condition/1\",";
        var id = Ids(Message("9", "V1", Condition(url, "I50.9")))["Condition"];
        Assert.Equal(id, Ids(Message("9", "V1", Condition(url, "J18.9"), bundle: "m-2"))["Condition"]);
        Assert.NotEqual(id, Ids(Message("9", "V1", Condition("\"fullUrl\":\"https://other.example/fhir/Condition/1\",", "I50.9")))["Condition"]);
        var own = FhirMessageReaderTests.Settings with { Normalization = new(FhirMessageReaderTests.Settings.Source, FhirMessageReaderTests.Settings.Normalization.Lookup, ["https://h.example/fhir"]) };
        Assert.Equal(Contracts.PublishedId.Create("hospital", "Condition", "1"), Ids(Message("9", "V1", Condition(url, "I50.9")), own)["Condition"]);
    }

    [Fact]
    public void Two_resources_that_say_the_same_of_themselves_are_two()
    {
        var bundle = Read(Message("9", "V1", Condition("", "I50.9") + Condition("", "I50.9", id: "2"))).Bundle;
        using var read = JsonDocument.Parse(bundle);
        Assert.Equal(2, Resources(read).Where(r => r.Type == "Condition").Select(r => r.Id).Distinct().Count());
    }

    [Fact]
    public void A_visit_without_a_number_is_not_another_patients_visit_for_being_numbered_one_too()
    {
        static AdtEvent Weak(string mrn, string start) => Read(
            Message(mrn, "@none", "", start: start).Replace("\"identifier\":[{\"system\":\"urn:oid:1.2.3.4\",\"value\":\"@none\"}],", "", StringComparison.Ordinal));
        var one = Weak("9", "2026-06-15T10:00:00Z");
        Assert.Contains(new AdtIssue(AdtIssueCodes.WeakVisitKey, "Encounter.identifier"), one.Issues);
        Assert.NotEqual(one.EncounterId, Weak("10", "2026-06-15T10:00:00Z").EncounterId);
        Assert.NotEqual(one.EncounterId, Weak("9", "2026-06-20T10:00:00Z").EncounterId);
        Assert.Equal(one.EncounterId, Weak("9", "2026-06-15T10:00:00Z").EncounterId);
    }

    [Fact]
    public void A_doctor_and_a_practice_without_a_number_go_by_their_names()
    {
        static Dictionary<string, Guid> Named(string given, string id) => Ids(Message("9", "V1", """
            ,{"resource":{"resourceType":"Practitioner","id":"@id","name":[{"family":"Welby","given":["@given"]}]}}
            ,{"resource":{"resourceType":"PractitionerRole","id":"@id","practitioner":{"reference":"Practitioner/@id"}}}
            """.Replace("@id", id, StringComparison.Ordinal).Replace("@given", given, StringComparison.Ordinal)));
        Assert.Equal(Named("Marcus", "1"), Named("Marcus", "2"));
        Assert.NotEqual(Named("Marcus", "1")["Practitioner"], Named("Ann", "1")["Practitioner"]);
        Assert.NotEqual(Named("Marcus", "1")["PractitionerRole"], Named("Ann", "1")["PractitionerRole"]);
    }

    private static string Condition(string url, string code, string id = "1") => """
        ,{@url"resource":{"resourceType":"Condition","id":"@id","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"@code"}]},
        "subject":{"reference":"@patient"},"encounter":{"reference":"@visit"}}}
        """
        .Replace("@url", url.Replace("@fresh", Fresh(id), StringComparison.Ordinal), StringComparison.Ordinal).Replace("@id", id, StringComparison.Ordinal)
        .Replace("@code", code, StringComparison.Ordinal).Replace("@patient", Patient, StringComparison.Ordinal).Replace("@visit", Visit, StringComparison.Ordinal);

    private static string Fresh(string id) => $"{id.PadLeft(8, '0')}-5fbe-4480-9bb4-6b54ec02d31b";

    private static string Message(string mrn, string visit, string entries, string bundle = "m-1", string start = "2026-06-15T10:00:00Z") =>
        new NotificationText { Id = bundle, Mrn = mrn, Visit = visit, MoreEntries = entries, Start = start }.ToString();

    private static AdtEvent Read(string text, FhirMessageSettings? settings = null)
    {
        var reading = FhirMessageReader.Read(Encoding.UTF8.GetBytes(text), settings ?? FhirMessageReaderTests.Settings, new DateTimeOffset(2026, 6, 15, 12, 0, 0, TimeSpan.Zero));
        Assert.Empty(reading.Faults);
        return reading.Event!;
    }

    private static Dictionary<string, Guid> Ids(string text, FhirMessageSettings? settings = null)
    {
        using var read = JsonDocument.Parse(Read(text, settings).Bundle);
        return Resources(read).GroupBy(r => r.Type).Where(g => g.Key is not "MessageHeader").ToDictionary(g => g.Key, g => g.First().Id);
    }

    private static IEnumerable<(string Type, Guid Id)> Resources(JsonDocument bundle) =>
        bundle.RootElement.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource")).Select(r => (r.GetProperty("resourceType").GetString()!, r.GetProperty("id").GetGuid()));
}
