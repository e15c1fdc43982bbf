namespace FhirGateway.Tests.Normalization.FhirMessages;

/// <summary>Notifications as senders write them, with what a test wants to vary.</summary>
internal sealed record NotificationText
{
    public string Id { get; init; } = "m-1";
    public string Event { get; init; } = "notification-admit";
    public string EventSystem { get; init; } = "http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event";
    public string Timestamp { get; init; } = "2026-06-15T10:00:05Z";
    public string Status { get; init; } = "in-progress";
    public string Class { get; init; } = "IMP";
    public string Start { get; init; } = "2026-06-15T10:00:00Z";
    public string? End { get; init; }
    public string VisitSystem { get; init; } = "urn:oid:1.2.3.4";
    public string Visit { get; init; } = "V1";
    public string MrnSystem { get; init; } = "urn:oid:1.2.3.5";
    public string Mrn { get; init; } = "9";
    public string BirthDate { get; init; } = "1950-05-17";
    public string Family { get; init; } = "Moore";

    /// <summary>More properties of the Encounter, the Patient and more entries, each with its leading comma.</summary>
    public string MoreEncounter { get; init; } = "";
    public string MorePatient { get; init; } = "";
    public string MoreEntries { get; init; } = "";
    public string Subject { get; init; } = "urn:uuid:06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b";

    private const string Template = """
        {"resourceType":"Bundle","id":"@id","type":"message","timestamp":"@timestamp","entry":[
        {"fullUrl":"urn:uuid:11111111-5fbe-4480-9bb4-6b54ec02d31b","resource":{"resourceType":"MessageHeader","id":"11111111-5fbe-4480-9bb4-6b54ec02d31b",
        "eventCoding":{"system":"@eventSystem","code":"@event"},"source":{"endpoint":"https://example.org/x"},
        "responsible":{"reference":"urn:uuid:44444444-5fbe-4480-9bb4-6b54ec02d31b"},"focus":[{"reference":"urn:uuid:22222222-5fbe-4480-9bb4-6b54ec02d31b"}]}},
        {"fullUrl":"urn:uuid:22222222-5fbe-4480-9bb4-6b54ec02d31b","resource":{"resourceType":"Encounter","id":"22222222-5fbe-4480-9bb4-6b54ec02d31b",
        "identifier":[{"system":"@visitSystem","value":"@visit"}],"status":"@status","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"@class"},
        "subject":{"reference":"@subject"},"period":{"start":"@start"@end}@moreEncounter}},
        {"fullUrl":"urn:uuid:06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b","resource":{"resourceType":"Patient","id":"06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b",
        "identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},"system":"@mrnSystem","value":"@mrn"}],
        "name":[{"family":"@family","given":["Ada"]}],"gender":"female","birthDate":"@birthDate","address":[{"postalCode":"80202"}]@morePatient}},
        {"fullUrl":"urn:uuid:44444444-5fbe-4480-9bb4-6b54ec02d31b","resource":{"resourceType":"Organization","id":"44444444-5fbe-4480-9bb4-6b54ec02d31b","name":"Mercy"}}
        @moreEntries]}
        """;

    public override string ToString()
    {
        var end = End is null ? "" : $",\"end\":\"{End}\"";
        (string Token, string Value)[] values =
        [
            // The longer of two tokens that begin alike goes first.
            ("@eventSystem", EventSystem), ("@event", Event), ("@visitSystem", VisitSystem), ("@visit", Visit), ("@mrnSystem", MrnSystem), ("@mrn", Mrn),
            ("@moreEncounter", MoreEncounter), ("@morePatient", MorePatient), ("@moreEntries", MoreEntries), ("@timestamp", Timestamp), ("@status", Status),
            ("@start", Start), ("@end", end), ("@class", Class), ("@subject", Subject), ("@family", Family), ("@birthDate", BirthDate), ("@id", Id),
        ];
        return values.Aggregate(Template, (text, v) => text.Replace(v.Token, v.Value, StringComparison.Ordinal));
    }
}
