using System.Collections.Immutable;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>PID, PD1 and the contacts of NK1 to Patient.</summary>
internal static class PatientWriter
{
    private const string RaceUrl = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race";
    private const string EthnicityUrl = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity";

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
        WriteLanguage(scope, pid);
        WritePrimaryCare(scope);
        PatientLinkWriter.Write(scope);
        scope.EndResource();
    }

    private static void WriteExtensions(AdtScope scope, Hl7Segment pid)
    {
        var races = Cdcrec(scope, pid.Field(10), "PID-10");
        var ethnicity = Ethnicity(scope, pid.Field(22));
        if (races.Count == 0 && ethnicity is null)
            return;
        var json = scope.Json;
        json.WriteStartArray("extension"u8);
        if (races.Count > 0)
        {
            json.WriteStartObject();
            json.WriteStartArray("extension"u8);
            foreach (var race in races)
                if (race.Code is { } code)
                    WriteCategory(scope, CodeTables.Race.Contains(code.Code) ? "ombCategory" : "detailed", code);
            WriteText(scope, string.Join(", ", races.Select(race => race.Text)));
            json.WriteEndArray();
            json.WriteString("url"u8, RaceUrl);
            json.WriteEndObject();
        }
        if (ethnicity is not null)
        {
            json.WriteStartObject();
            json.WriteStartArray("extension"u8);
            WriteCategory(scope, "ombCategory", ethnicity);
            WriteText(scope, ethnicity.Display ?? ethnicity.Code);
            json.WriteEndArray();
            json.WriteString("url"u8, EthnicityUrl);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Only codes of CDCREC are read as such; a local code contributes its text, and without one nothing.</summary>
    private static List<(CodeTarget? Code, string Text)> Cdcrec(AdtScope scope, Hl7Value field, string location)
    {
        var found = new List<(CodeTarget? Code, string Text)>();
        foreach (var repetition in field.Repetitions)
        {
            var code = repetition.Part(1).Code;
            var text = FhirElements.Clean(repetition.TextOf(2));
            if (found.Count >= 10 || (code.IsEmpty && text is null))
                continue;
            if (CodeTables.Race.Find(code) is { } omb)
            {
                found.Add((omb, text ?? omb.Display!));
                continue;
            }
            if (code is { Length: 6 } && code[4] == '-' && repetition.Part(3).Code is "CDCREC" && code is not "2131-1")
            {
                found.Add((new CodeTarget(CodeTables.Cdcrec, code.ToString(), text), text ?? code.ToString()));
                continue;
            }
            if (code is not "2131-1")
                scope.Report(AdtIssueCodes.UnmappedCode, location);
            if (text is not null)
                found.Add((null, text));
        }
        return found;
    }

    private static CodeTarget? Ethnicity(AdtScope scope, Hl7Value field)
    {
        var code = field.Part(1).Code;
        if (code.IsEmpty)
            return null;
        if (code is "2135-2" or "2186-5")
            return CodeTables.Ethnicity.Find(code is "2135-2" ? "H" : "N");
        if (CodeTables.Ethnicity.Find(code) is { } known)
            return known;
        scope.Report(AdtIssueCodes.UnmappedCode, "PID-22");
        return null;
    }

    private static void WriteCategory(AdtScope scope, string url, CodeTarget code)
    {
        var json = scope.Json;
        json.WriteStartObject();
        json.WriteString("url"u8, url);
        json.WritePropertyName("valueCoding"u8);
        json.Coding(code.System, code.Code, code.Display);
        json.WriteEndObject();
    }

    private static void WriteText(AdtScope scope, string text)
    {
        var json = scope.Json;
        json.WriteStartObject();
        json.WriteString("url"u8, "text"u8);
        json.WriteString("valueString"u8, text);
        json.WriteEndObject();
    }

    private static void WriteNames(AdtScope scope, Hl7Segment pid)
    {
        var json = scope.Json;
        var open = false;
        foreach (var field in (ReadOnlySpan<int>)[5, 9])
            foreach (var repetition in pid.Field(field).Repetitions)
            {
                var name = new PersonName(repetition);
                if (name.IsEmpty)
                    continue;
                if (!open)
                    json.WriteStartArray("name"u8);
                open = true;
                json.Name(name);
            }
        if (open)
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

    private static void WriteBirth(AdtScope scope, Hl7Segment pid)
    {
        var json = scope.Json;
        PersonFields.Gender(scope, pid.Field(8), "PID-8");
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
        if (scope.Time(pid.Field(29), "PID-29") is { } died && pid.Field(30).Code is not "N")
            scope.Json.WriteString("deceasedDateTime"u8, scope.DateTime(died));
        else if (pid.Field(30).Code is "Y" or "N")
            scope.Json.WriteBoolean("deceasedBoolean"u8, pid.Field(30).Code is "Y");
        else if (pid.Field(30).HasValue)
            scope.Report(AdtIssueCodes.UnmappedCode, "PID-30");
    }

    private static void WriteMultipleBirth(AdtScope scope, Hl7Segment pid)
    {
        if (int.TryParse(pid.Field(25).Code, out var order) && order is > 0 and < 20)
            scope.Json.WriteNumber("multipleBirthInteger"u8, order);
        else if (pid.Field(24).Code is "Y" or "N")
            scope.Json.WriteBoolean("multipleBirthBoolean"u8, pid.Field(24).Code is "Y");
    }

    private static void WriteLanguage(AdtScope scope, Hl7Segment pid)
    {
        var language = pid.Field(15);
        if (language.TextOf(1) is not { } code)
            return;
        var json = scope.Json;
        json.WriteStartArray("communication"u8);
        json.WriteStartObject();
        if (code.Length == 2 && code.AsSpan().IndexOfAnyExceptInRange('a', 'z') < 0)
            json.Concept("language", "urn:ietf:bcp:47", code, language.TextOf(2));
        else
            scope.Concept("language", language, "PID-15");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WritePrimaryCare(AdtScope scope)
    {
        var pd1 = scope.Message.First("PD1");
        var practice = OrganizationWriter.OfName(scope, pd1.Field(3));
        var doctor = PractitionerWriter.Require(scope, pd1.Field(4));
        if (practice is null && doctor is null)
            return;
        var json = scope.Json;
        json.WriteStartArray("generalPractitioner"u8);
        if (practice is { } p)
            json.ReferenceValue("Organization", p);
        if (doctor is { } d)
            json.ReferenceValue("Practitioner", d);
        json.WriteEndArray();
    }
}
