using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// NK1: everyone whom it names is a contact of the Patient; a person who is not there for an employer, insurer, agency or emergency
/// service (relationship EMR, E, F, I, S) is a RelatedPerson too.
/// </summary>
internal static class ContactWriter
{
    private const int Most = 50;

    public static void WriteContacts(AdtScope scope)
    {
        var json = scope.Json;
        var count = 0;
        for (var kin = scope.Message.First("NK1"); kin.Exists && count < Most; kin = kin.NextSame())
        {
            var organization = OrganizationWriter.OfName(scope, kin.Field(13));
            if (new PersonName(kin.Field(2)).IsEmpty && organization is null)
                continue;
            if (count++ == 0)
                json.WriteStartArray("contact"u8);
            WriteContact(scope, kin, organization);
        }
        if (count > 0)
            json.WriteEndArray();
    }

    public static void WriteRelatedPersons(AdtScope scope)
    {
        for (var kin = scope.Message.First("NK1"); kin.Exists; kin = kin.NextSame())
        {
            var name = new PersonName(kin.Field(2));
            if (IsContactOnly(kin) || name.IsEmpty)
                continue;
            var id = scope.Id("RelatedPerson", $"{scope.PatientKey}|{name.Family}|{name.Given}|{kin.Field(3).Text}");
            if (scope.IsFirst(id))
                Write(scope, kin, id);
        }
    }

    private static bool IsContactOnly(Hl7Segment kin) => kin.Field(3).Code is "EMR" or "E" or "F" or "I" or "S";

    private static void WriteContact(AdtScope scope, Hl7Segment kin, Guid? organization)
    {
        var json = scope.Json;
        json.WriteStartObject();
        WriteRelationships(scope, kin);
        if (new PersonName(kin.Field(2)) is { IsEmpty: false } name)
        {
            json.WritePropertyName("name"u8);
            scope.Name(name);
        }
        WriteTelecoms(scope, kin);
        foreach (var address in kin.Field(4).Repetitions.AtMost(AdtScope.MostRepetitions))
            if (PersonElements.SaysWhere(address))
            {
                json.WritePropertyName("address"u8);
                scope.Address(address);
                break;
            }
        PersonFields.Gender(scope, kin.Field(15), "NK1-15");
        if (organization is { } id)
            json.Reference("organization"u8, "Organization", id);
        WritePeriod(scope, kin);
        json.WriteEndObject();
    }

    private static void Write(AdtScope scope, Hl7Segment kin, Guid id)
    {
        var json = scope.Json;
        scope.StartResource("RelatedPerson", id);
        var open = false;
        foreach (var repetition in kin.Field(33).Repetitions.AtMost(AdtScope.MostRepetitions))
            open = scope.Identifier("identifier"u8, repetition, null, open);
        if (open)
            json.WriteEndArray();
        json.WriteBoolean("active"u8, !HasEnded(scope, kin));
        json.Reference("patient"u8, "Patient", scope.PatientId);
        WriteRelationships(scope, kin);
        json.WriteStartArray("name"u8);
        scope.Name(new PersonName(kin.Field(2)));
        json.WriteEndArray();
        WriteTelecoms(scope, kin);
        PersonFields.Gender(scope, kin.Field(15), "NK1-15");
        if (scope.Time(kin.Field(16), "NK1-16") is { } born)
            json.WriteString("birthDate"u8, AdtScope.Date(born));
        PersonFields.Addresses(scope, kin.Field(4));
        WritePeriod(scope, kin);
        LanguageWriter.Write(scope, kin.Field(20), "NK1-20", isPreferred: false);
        scope.EndResource();
    }

    /// <summary>Ended before the message was sent: what came later is not known here.</summary>
    private static bool HasEnded(AdtScope scope, Hl7Segment kin) =>
        Hl7DateTime.TryParse(kin.Field(9).Code, out var end) && Hl7DateTime.TryParse(scope.Message.Header.Field(7).Code, out var sent) && end.Date < sent.Date;

    private static void WriteRelationships(AdtScope scope, Hl7Segment kin)
    {
        var (relation, role) = (kin.Field(3), kin.Field(7));
        if (!relation.SaysAnything() && !role.SaysAnything())
            return;
        scope.Json.WriteStartArray("relationship"u8);
        scope.Concept(null, relation, "NK1-3", CodeTables.Relationship);
        scope.Concept(null, role, "NK1-7", CodeTables.ContactRole);
        scope.Json.WriteEndArray();
    }

    private static void WriteTelecoms(AdtScope scope, Hl7Segment kin)
    {
        var open = PersonFields.Telecoms(scope, kin.Field(5), "home", open: false);
        open = PersonFields.Telecoms(scope, kin.Field(6), "work", open);
        if (PersonFields.Telecoms(scope, kin.Field(40), null, open))
            scope.Json.WriteEndArray();
    }

    private static void WritePeriod(AdtScope scope, Hl7Segment kin) =>
        PeriodWriter.Write(scope, scope.Time(kin.Field(8), "NK1-8"), scope.Time(kin.Field(9), "NK1-9"), "NK1-9");
}
