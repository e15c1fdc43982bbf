using System.Globalization;
using System.Text.Json;
using FhirGateway.Normalization;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// Writes the Parameters of <c>$provider-member-match</c> (PDex 2.2, profile provider-parameters-multi-member-match-bundle-in): one
/// MemberBundle per patient, of its demographics, its coverage as far as it is known, and the participant's attestation that it
/// treats the patient.
/// </summary>
internal static class MemberMatchParameters
{
    private const string Profile = "http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/provider-parameters-multi-member-match-bundle-in";
    private const string Mbi = "http://hl7.org/fhir/sid/us-mbi";

    public static byte[] Write(IReadOnlyList<MatchSubject> subjects, Participant participant, string npi, Source payer, DateTimeOffset now)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Parameters");
            json.WriteStartObject("meta");
            json.WriteStartArray("profile");
            json.WriteStringValue(Profile);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("parameter");
            foreach (var subject in subjects)
            {
                json.WriteStartObject();
                json.WriteString("name", "MemberBundle");
                json.WriteStartArray("part");
                Part(json, "MemberPatient", () => Patient(json, subject));
                Part(json, "CoverageToMatch", () => Coverage(json, subject, payer));
                Part(json, "Consent", () => Consent(json, subject, participant, npi, now));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Part(Utf8JsonWriter json, string name, Action write)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteStartObject("resource");
        write();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Patient(Utf8JsonWriter json, MatchSubject subject)
    {
        var facts = subject.Patient.Facts;
        json.WriteString("resourceType", "Patient");
        json.WriteString("id", subject.Id);
        json.WriteStartArray("identifier");
        // HRex demographics want an identifier; the id of this request is the one that any answer can be told by.
        Identifier(json, "MR", "urn:ietf:rfc:3986", "urn:fhir-gateway:panel:" + subject.Id);
        foreach (var identifier in facts.Identifiers.Where(i => i.System.Length > 0))
            Identifier(json, identifier.System == Mbi ? "MC" : identifier.TypeCode, identifier.System, identifier.Value);
        if (subject.MemberId is { } member)
            Identifier(json, "MB", null, member);
        json.WriteEndArray();
        Name(json, facts);
        if (facts.Phone is { } phone)
        {
            json.WriteStartArray("telecom");
            json.WriteStartObject();
            json.WriteString("system", "phone");
            json.WriteString("value", phone);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        if (facts.Sex is { } sex)
            json.WriteString("gender", sex);
        if (facts.BirthDate is { } born)
            json.WriteString("birthDate", Day(born));
        if (facts.PostalCode is { } zip)
        {
            json.WriteStartArray("address");
            json.WriteStartObject();
            json.WriteString("postalCode", zip);
            json.WriteEndObject();
            json.WriteEndArray();
        }
    }

    private static void Name(Utf8JsonWriter json, PatientFacts facts)
    {
        json.WriteStartArray("name");
        json.WriteStartObject();
        if (facts.Family is { } family)
            json.WriteString("family", family);
        if (facts.Given is { } given)
        {
            json.WriteStartArray("given");
            json.WriteStringValue(given);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>CoverageToMatch is required; what is not known of it is left out.</summary>
    private static void Coverage(Utf8JsonWriter json, MatchSubject subject, Source payer)
    {
        json.WriteString("resourceType", "Coverage");
        json.WriteString("id", "coverage-" + subject.Id);
        json.WriteString("status", "active");
        var known = subject.MemberId ?? subject.Patient.Facts.Identifiers.FirstOrDefault(i => i.System == Mbi).Value;
        if (known is { } member)
        {
            json.WriteStartArray("identifier");
            Identifier(json, "MB", null, member);
            json.WriteEndArray();
            json.WriteString("subscriberId", member);
        }

        Reference(json, "beneficiary", "Patient/" + subject.Id);
        json.WriteStartObject("relationship");
        Coding(json, ("http://terminology.hl7.org/CodeSystem/subscriber-relationship", "self"));
        json.WriteEndObject();
        json.WriteStartArray("payor");
        json.WriteStartObject();
        json.WriteString("display", payer.Id);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>
    /// Provider Treatment Attestation. The published text and the guide's sources name different scopes (patient-privacy, treatment):
    /// both are given, so that either is satisfied.
    /// </summary>
    private static void Consent(Utf8JsonWriter json, MatchSubject subject, Participant participant, string npi, DateTimeOffset now)
    {
        const string Scope = "http://terminology.hl7.org/CodeSystem/consentscope";
        json.WriteString("resourceType", "Consent");
        json.WriteString("id", "attestation-" + subject.Id);
        json.WriteString("status", "active");
        json.WriteStartObject("scope");
        Coding(json, (Scope, "treatment"), (Scope, "patient-privacy"));
        json.WriteEndObject();
        json.WriteStartArray("category");
        json.WriteStartObject();
        Coding(json, ("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IDSCL"));
        json.WriteEndObject();
        json.WriteEndArray();
        Reference(json, "patient", "Patient/" + subject.Id);
        json.WriteString("dateTime", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteStartArray("performer");
        Performer(json, participant, npi);
        json.WriteEndArray();
        json.WriteStartArray("policy");
        json.WriteStartObject();
        json.WriteString("uri", "http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#regular");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("provision");
        json.WriteString("type", "permit");
        json.WriteStartObject("period");
        json.WriteString("start", Day(DateOnly.FromDateTime(now.UtcDateTime)));
        json.WriteString("end", Day(subject.Patient.Until));
        json.WriteEndObject();
        json.WriteStartArray("actor");
        json.WriteStartObject();
        json.WriteStartObject("role");
        Coding(json, ("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"));
        json.WriteEndObject();
        json.WritePropertyName("reference");
        Performer(json, participant, npi);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("purpose");
        json.WriteStartObject();
        json.WriteString("system", "http://terminology.hl7.org/CodeSystem/v3-ActReason");
        json.WriteString("code", "TREAT");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Performer(Utf8JsonWriter json, Participant participant, string npi)
    {
        json.WriteStartObject();
        json.WriteStartObject("identifier");
        json.WriteString("system", ProviderAccess.Npi);
        json.WriteString("value", npi);
        json.WriteEndObject();
        json.WriteString("display", participant.Name ?? participant.Id);
        json.WriteEndObject();
    }

    private static void Identifier(Utf8JsonWriter json, string? type, string? system, string value)
    {
        json.WriteStartObject();
        if (type is not null)
        {
            json.WriteStartObject("type");
            Coding(json, ("http://terminology.hl7.org/CodeSystem/v2-0203", type));
            json.WriteEndObject();
        }

        if (system is not null)
            json.WriteString("system", system);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    private static void Coding(Utf8JsonWriter json, params ReadOnlySpan<(string System, string Code)> codings)
    {
        json.WriteStartArray("coding");
        foreach (var (system, code) in codings)
        {
            json.WriteStartObject();
            json.WriteString("system", system);
            json.WriteString("code", code);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Reference(Utf8JsonWriter json, string name, string reference)
    {
        json.WriteStartObject(name);
        json.WriteString("reference", reference);
        json.WriteEndObject();
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
