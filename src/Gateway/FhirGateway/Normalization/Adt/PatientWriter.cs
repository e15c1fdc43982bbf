using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>PID, PD1 and the contacts of NK1 to Patient.</summary>
internal static class PatientWriter
{
    private const string Core = "http://hl7.org/fhir/StructureDefinition/";

    public static void Write(AdtScope scope, Hl7Segment pid, ImmutableArray<PatientIdentifier> identifiers)
    {
        var json = scope.Json;
        scope.StartResource("Patient", scope.PatientId);
        WriteExtensions(scope, pid);
        if (!identifiers.IsEmpty)
        {
            json.WriteStartArray("identifier"u8);
            foreach (var identifier in identifiers)
                scope.Identifier(identifier.System, identifier.Value, identifier.TypeCode, identifier.Authority);
            json.WriteEndArray();
        }
        if (scope.IsPersonDeleted)
            json.WriteBoolean("active"u8, false);
        WriteNames(scope, pid);
        WriteTelecoms(scope, pid);
        WriteBirth(scope, pid);
        WriteDeath(scope, pid);
        PersonFields.Addresses(scope, pid.Field(11));
        scope.Concept("maritalStatus", pid.Field(16), "PID-16", CodeTables.MaritalStatus);
        WriteMultipleBirth(scope, pid);
        ContactWriter.WriteContacts(scope);
        LanguageWriter.Write(scope, pid.Field(15), "PID-15", isPreferred: true);
        WritePrimaryCare(scope);
        PatientLinkWriter.Write(scope);
        scope.EndResource();
    }

    private static void WriteExtensions(AdtScope scope, Hl7Segment pid)
    {
        var json = scope.Json;
        var open = RaceAndEthnicity.Write(scope, pid, open: false);
        if (pid.Field(6).Part(1).Text is { } maiden && Open(scope, ref open, "patient-mothersMaidenName"))
        {
            json.Text("valueString"u8, maiden);
            json.WriteEndObject();
        }
        WriteBirthPlace(scope, pid, ref open);
        WriteConcept(scope, pid.Field(17), "patient-religion", "PID-17", CodeTables.Religion, ref open);
        foreach (var citizenship in pid.Field(26).Repetitions.AtMost(AdtScope.MostRepetitions))
            WriteCitizenship(scope, citizenship, ref open);
        if (open)
            json.WriteEndArray();
    }

    /// <summary>The address of that kind in PID-11, else the text of PID-23.</summary>
    private static void WriteBirthPlace(AdtScope scope, Hl7Segment pid, ref bool open)
    {
        foreach (var address in pid.Field(11).Repetitions.AtMost(AdtScope.MostRepetitions))
        {
            if (!PersonElements.IsOfBirth(address) || !PersonElements.SaysWhere(address) || !Open(scope, ref open, "patient-birthPlace"))
                continue;
            scope.Json.WritePropertyName("valueAddress"u8);
            scope.Address(address);
            scope.Json.WriteEndObject();
            return;
        }

        if (pid.Field(23).Text is not { } place || !Open(scope, ref open, "patient-birthPlace"))
            return;
        scope.Json.WriteStartObject("valueAddress"u8);
        scope.Json.Text("text"u8, place);
        scope.Json.WriteEndObject();
        scope.Json.WriteEndObject();
    }

    private static void WriteConcept(AdtScope scope, Hl7Value value, string name, string location, CodeTable table, ref bool open)
    {
        if (!value.SaysAnything() || !Open(scope, ref open, name))
            return;
        scope.Concept("valueCodeableConcept", value, location, table);
        scope.Json.WriteEndObject();
    }

    private static void WriteCitizenship(AdtScope scope, Hl7Value value, ref bool open)
    {
        if (!value.SaysAnything() || !Open(scope, ref open, "patient-citizenship"))
            return;
        scope.Json.WriteStartArray("extension"u8);
        scope.Json.WriteStartObject();
        scope.Json.WriteString("url"u8, "code"u8);
        scope.Concept("valueCodeableConcept", value, "PID-26");
        scope.Json.WriteEndObject();
        scope.Json.WriteEndArray();
        scope.Json.WriteEndObject();
    }

    private static bool Open(AdtScope scope, ref bool open, string name)
    {
        if (!open)
            scope.Json.WriteStartArray("extension"u8);
        open = true;
        scope.Json.WriteStartObject();
        scope.Json.WriteString("url"u8, Core + name);
        return true;
    }

    /// <summary>US Core demands a name: where none was sent, it says so.</summary>
    private static void WriteNames(AdtScope scope, Hl7Segment pid)
    {
        var json = scope.Json;
        json.WriteStartArray("name"u8);
        var any = false;
        foreach (var field in (ReadOnlySpan<int>)[5, 9])
            foreach (var repetition in pid.Field(field).Repetitions.AtMost(AdtScope.MostRepetitions))
            {
                var name = new PersonName(repetition);
                if (name.IsEmpty)
                    continue;
                any = true;
                scope.Name(name);
            }
        if (!any)
        {
            json.AbsentItem();
        }
        json.WriteEndArray();
    }

    private static void WriteTelecoms(AdtScope scope, Hl7Segment pid)
    {
        var open = PersonFields.Telecoms(scope, pid.Field(13), "home", open: false);
        open = PersonFields.Telecoms(scope, pid.Field(14), "work", open);
        open = PersonFields.Telecoms(scope, pid.Field(40), null, open);
        if (open)
            scope.Json.WriteEndArray();
    }

    /// <summary>US Core demands a gender, and its table has a code for not knowing it.</summary>
    private static void WriteBirth(AdtScope scope, Hl7Segment pid)
    {
        var json = scope.Json;
        if (!PersonFields.Gender(scope, pid.Field(8), "PID-8"))
            json.WriteString("gender"u8, "unknown"u8);
        if (scope.Time(pid.Field(7), "PID-7") is not { } born)
            return;
        json.WriteString("birthDate"u8, AdtScope.Date(born));
        if (!born.HasTime)
            return;
        json.WriteStartObject("_birthDate"u8);
        json.WriteStartArray("extension"u8);
        json.WriteStartObject();
        json.WriteString("url"u8, "http://hl7.org/fhir/StructureDefinition/patient-birthTime"u8);
        json.WriteString("valueDateTime"u8, scope.DateTime(born));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDeath(AdtScope scope, Hl7Segment pid)
    {
        var json = scope.Json;
        var dead = pid.Field(30);
        if (dead.Code is not "N" && scope.DateTime("deceasedDateTime"u8, pid.Field(29), "PID-29"))
            return;
        if (dead.Code is "Y" or "N")
            json.WriteBoolean("deceasedBoolean"u8, dead.Code is "Y");
        else if (dead.HasValue)
            scope.Report(AdtIssueCodes.UnmappedCode, "PID-30");
    }

    /// <summary>PID-25 counts the births of one; the first and only one (PID-24 N) is no multiple birth.</summary>
    private static void WriteMultipleBirth(AdtScope scope, Hl7Segment pid)
    {
        if (pid.Field(24).Code is not "N" && int.TryParse(pid.Field(25).Code, CultureInfo.InvariantCulture, out var order) && order is > 0 and < 20)
            scope.Json.WriteNumber("multipleBirthInteger"u8, order);
        else if (pid.Field(24).Code is "Y" or "N")
            scope.Json.WriteBoolean("multipleBirthBoolean"u8, pid.Field(24).Code is "Y");
    }

    /// <summary>PD1-3 and PD1-4, and who the roles of the patient name as provider of primary care.</summary>
    private static void WritePrimaryCare(AdtScope scope)
    {
        var json = scope.Json;
        var pd1 = scope.Message.First("PD1");
        HashSet<Guid>? named = null;
        foreach (var practice in pd1.Field(3).Repetitions.AtMost(AdtScope.MostRepetitions))
            if (OrganizationWriter.OfName(scope, practice) is { } id)
                Add("Organization", id);
        foreach (var doctor in PractitionerWriter.RequireAll(scope, pd1.Field(4), "PD1-4"))
            Add("Practitioner", doctor);
        foreach (var id in RoleWriter.PrimaryCare(scope))
            Add("PractitionerRole", id);
        if (named is not null)
            json.WriteEndArray();

        void Add(string type, Guid id)
        {
            if (named is null)
                json.WriteStartArray("generalPractitioner"u8);
            if ((named ??= []).Add(id))
                json.ReferenceValue(type, id);
        }
    }
}
