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

    public override string ToString() => $$"""
        {"resourceType":"Bundle","id":"{{Id}}","type":"message","timestamp":"{{Timestamp}}","entry":[
        {"fullUrl":"urn:uuid:11111111-5fbe-4480-9bb4-6b54ec02d31b","resource":{"resourceType":"MessageHeader","id":"11111111-5fbe-4480-9bb4-6b54ec02d31b",
        "eventCoding":{"system":"{{EventSystem}}","code":"{{Event}}"},"source":{"endpoint":"https://example.org/x"},
        "responsible":{"reference":"urn:uuid:44444444-5fbe-4480-9bb4-6b54ec02d31b"},"focus":[{"reference":"urn:uuid:22222222-5fbe-4480-9bb4-6b54ec02d31b"}]}},
        {"fullUrl":"urn:uuid:22222222-5fbe-4480-9bb4-6b54ec02d31b","resource":{"resourceType":"Encounter","id":"22222222-5fbe-4480-9bb4-6b54ec02d31b",
        "identifier":[{"system":"{{VisitSystem}}","value":"{{Visit}}"}],"status":"{{Status}}","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"{{Class}}"},
        "subject":{"reference":"{{Subject}}"},"period":{"start":"{{Start}}"{{(End is null ? "" : $",\"end\":\"{End}\"")}}}{{MoreEncounter}}}},
        {"fullUrl":"urn:uuid:06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b","resource":{"resourceType":"Patient","id":"06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b",
        "identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},"system":"{{MrnSystem}}","value":"{{Mrn}}"}],
        "name":[{"family":"{{Family}}","given":["Ada"]}],"gender":"female","birthDate":"{{BirthDate}}","address":[{"postalCode":"80202"}]{{MorePatient}}}},
        {"fullUrl":"urn:uuid:44444444-5fbe-4480-9bb4-6b54ec02d31b","resource":{"resourceType":"Organization","id":"44444444-5fbe-4480-9bb4-6b54ec02d31b","name":"Mercy"}}
        {{MoreEntries}}]}
        """;
}
