using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// EVN to Provenance: which message the bundle comes from, who recorded and who sent it, and that the gateway translated it. It and what
/// only it refers to stand behind the part that the content hash is made of: a resend by another clerk is no news.
/// </summary>
internal static class ProvenanceWriter
{
    private const string AgentType = CodeTables.Terminology + "provenance-participant-type";
    private const string CoreAgentType = "http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type";

    /// <param name="scope">The message.</param>
    /// <param name="bundleKey">What the bundle's id is made of.</param>
    /// <param name="time">Time of the event, for messages without EVN-2 and MSH-7.</param>
    public static void Write(AdtScope scope, string bundleKey, Hl7DateTime time)
    {
        var json = scope.Json;
        var evn = scope.Message.First("EVN");
        var sender = OrganizationWriter.OfSender(scope);
        var clerk = PractitionerWriter.Require(scope, evn.Field(5), "EVN-5");
        var place = PlaceOf(scope, evn.Field(7));
        scope.StartResource("Provenance", scope.Id("Provenance", bundleKey));
        json.WriteStartArray("target"u8);
        json.ReferenceValue("Patient", scope.PatientId);
        if (scope.EncounterId is { } encounter)
            json.ReferenceValue("Encounter", encounter);
        json.WriteEndArray();
        scope.DateTime("occurredDateTime"u8, evn.Field(6), "EVN-6");
        json.WriteString("recorded"u8, scope.DateTime(Complete(Recorded(scope, evn) ?? time)));
        if (place is { } location)
            json.Reference("location"u8, "Location", location);
        if (evn.Field(4).SaysAnything())
        {
            json.WriteStartArray("reason"u8);
            scope.Concept(null, evn.Field(4), "EVN-4", CodeTables.EventReason);
            json.WriteEndArray();
        }
        WriteAgents(scope, sender, clerk);
        WriteSource(scope);
        scope.EndResource();
    }

    private static Hl7DateTime? Recorded(AdtScope scope, Hl7Segment evn) =>
        ToTheDay(scope.Time(evn.Field(2), "EVN-2")) ?? ToTheDay(scope.Time(scope.Message.Header.Field(7), "MSH-7"));

    private static Hl7DateTime? ToTheDay(Hl7DateTime? time) => time is { Precision: >= Hl7Precision.Day } ? time : null;

    /// <summary>FHIR asks for an instant: a day begins at midnight.</summary>
    private static Hl7DateTime Complete(Hl7DateTime time) => time.HasTime ? time : time with { Precision = Hl7Precision.Second };

    private static void WriteAgents(AdtScope scope, Guid? sender, Guid? clerk)
    {
        var json = scope.Json;
        json.WriteStartArray("agent"u8);
        if (clerk is { } who)
        {
            Start(AgentType, "enterer", "Enterer");
            json.Reference("who"u8, "Practitioner", who);
            if (sender is { } employer)
                json.Reference("onBehalfOf"u8, "Organization", employer);
            json.WriteEndObject();
        }
        if (sender is { } from)
        {
            Start(CoreAgentType, "transmitter", "Transmitter");
            json.Reference("who"u8, "Organization", from);
            json.WriteEndObject();
        }
        Start(AgentType, "assembler", "Assembler");
        json.WriteStartObject("who"u8);
        json.WriteString("display"u8, "FHIR gateway"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();

        void Start(string system, string code, string display)
        {
            json.WriteStartObject();
            json.Concept("type", system, code, display);
        }
    }

    /// <summary>The message itself, by its control id.</summary>
    private static void WriteSource(AdtScope scope)
    {
        var json = scope.Json;
        var controlId = scope.Message.Header.Field(10).TextSpan;
        json.WriteStartArray("entity"u8);
        json.WriteStartObject();
        json.WriteString("role"u8, "source"u8);
        json.WriteStartObject("what"u8);
        if (FhirElements.HasText(controlId))
        {
            json.WriteStartObject("identifier"u8);
            json.WriteString("system"u8, IdentifierSystems.OfName(scope.Source, "MSH-10"));
            json.Text("value"u8, controlId);
            json.WriteEndObject();
        }
        json.WriteString("display"u8, "HL7 v2 message"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>EVN-7 names a facility: the outermost of its locations.</summary>
    private static Guid? PlaceOf(AdtScope scope, Hl7Value facility)
    {
        var where = new HierarchicDesignator(facility);
        return FhirElements.Clean(where.Namespace ?? where.UniversalId) is { } name ? LocationWriter.Require(scope, LocationWriter.PathOf(name)) : null;
    }
}
