using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// NK1: an employer, insurer, agency or emergency role (relationship EMR, E, F, I, S, or contact role C) is a Patient.contact,
/// every other next of kin a RelatedPerson.
/// </summary>
internal static class ContactWriter
{
    public static void WriteContacts(AdtScope scope)
    {
        var json = scope.Json;
        var open = false;
        for (var kin = scope.Message.First("NK1"); kin.Exists; kin = kin.NextSame())
        {
            if (!IsContact(kin) || new PersonName(kin.Field(2)).IsEmpty)
                continue;
            if (!open)
                json.WriteStartArray("contact"u8);
            open = true;
            json.WriteStartObject();
            WriteRelationships(scope, kin);
            json.WritePropertyName("name"u8);
            json.Name(new PersonName(kin.Field(2)));
            WriteTelecoms(scope, kin);
            PersonFields.Gender(scope, kin.Field(15), "NK1-15");
            json.WriteEndObject();
        }
        if (open)
            json.WriteEndArray();
    }

    public static void WriteRelatedPersons(AdtScope scope)
    {
        for (var kin = scope.Message.First("NK1"); kin.Exists; kin = kin.NextSame())
        {
            var name = new PersonName(kin.Field(2));
            if (IsContact(kin) || name.IsEmpty)
                continue;
            var id = scope.Id("RelatedPerson", $"{scope.PatientKey}|{name.Family}|{name.Given}|{kin.Field(3).Text}");
            if (scope.IsFirst(id))
                Write(scope, kin, id);
        }
    }

    private static void Write(AdtScope scope, Hl7Segment kin, Guid id)
    {
        var json = scope.Json;
        scope.StartResource("RelatedPerson", id);
        WriteIdentifiers(scope, kin);
        json.WriteBoolean("active"u8, !HasEnded(scope, kin));
        json.Reference("patient", "Patient", scope.PatientId);
        WriteRelationships(scope, kin);
        json.WriteStartArray("name"u8);
        json.Name(new PersonName(kin.Field(2)));
        json.WriteEndArray();
        WriteTelecoms(scope, kin);
        PersonFields.Gender(scope, kin.Field(15), "NK1-15");
        if (scope.Time(kin.Field(16), "NK1-16") is { } born)
            json.WriteString("birthDate"u8, AdtScope.Date(born));
        PersonFields.Addresses(scope, kin.Field(4));
        WritePeriod(scope, kin);
        scope.EndResource();
    }

    private static bool IsContact(Hl7Segment kin) => kin.Field(3).Code is "EMR" or "E" or "F" or "I" or "S" || kin.Field(7).Code is "C";

    private static void WriteIdentifiers(AdtScope scope, Hl7Segment kin)
    {
        var open = false;
        foreach (var repetition in kin.Field(33).Repetitions)
        {
            var cx = new ExtendedId(repetition);
            if (FhirElements.Clean(cx.Id) is not { } value)
                continue;
            if (!open)
                scope.Json.WriteStartArray("identifier"u8);
            open = true;
            scope.Identifier(IdentifierSystems.OfAuthority(scope.Source, cx.Authority, scope.Facility), value, cx.TypeCode, cx.Authority.Namespace);
        }
        if (open)
            scope.Json.WriteEndArray();
    }

    private static bool HasEnded(AdtScope scope, Hl7Segment kin) =>
        Hl7DateTime.TryParse(kin.Field(9).Code, out var end) && Hl7DateTime.TryParse(scope.Message.Header.Field(7).Code, out var sent) && end.Date < sent.Date;

    private static void WriteRelationships(AdtScope scope, Hl7Segment kin)
    {
        var (relation, role) = (kin.Field(3), kin.Field(7));
        if (!HasText(relation) && !HasText(role))
            return;
        scope.Json.WriteStartArray("relationship"u8);
        scope.Concept(null, relation, "NK1-3", CodeTables.Relationship);
        scope.Concept(null, role, "NK1-7");
        scope.Json.WriteEndArray();
    }

    private static bool HasText(Hl7Value value) => (value.TextOf(1) ?? value.TextOf(2)) is not null;

    private static void WriteTelecoms(AdtScope scope, Hl7Segment kin)
    {
        var open = PersonFields.Telecoms(scope, kin.Field(5), "home", open: false);
        if (PersonFields.Telecoms(scope, kin.Field(6), "work", open))
            scope.Json.WriteEndArray();
    }

    private static void WritePeriod(AdtScope scope, Hl7Segment kin)
    {
        var start = scope.Time(kin.Field(8), "NK1-8");
        var end = scope.Time(kin.Field(9), "NK1-9");
        PeriodWriter.Write(scope, start, end);
    }
}
