using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>ROL and PRT to PractitionerRole: who does what, and where. Its key is the person, the role and the organisation.</summary>
internal static class RoleWriter
{
    private const int Most = 200;

    public static void WriteAll(AdtScope scope)
    {
        WriteAll(scope, "ROL");
        WriteAll(scope, "PRT");
    }

    /// <summary>Those who are named as primary care provider (PP) or family's health care professional (FHCP).</summary>
    public static List<Guid> PrimaryCare(AdtScope scope)
    {
        var found = new List<Guid>();
        foreach (var name in (ReadOnlySpan<string>)["ROL", "PRT"])
            for (var segment = scope.Message.First(name); segment.Exists && found.Count < Most; segment = segment.NextSame())
            {
                var role = RoleSegment.Of(segment);
                if (!role.IsPrimaryCare(scope.Message))
                    continue;
                foreach (var person in role.Persons.Repetitions.AtMost(AdtScope.MostRepetitions))
                    if (Require(scope, role, person) is { } id && !found.Contains(id))
                        found.Add(id);
            }
        return found;
    }

    /// <summary>Writes those whose segments stand with the visit into "participant", which is opened at the first; true if it is open afterwards.</summary>
    public static bool WriteParticipants(AdtScope scope, bool open)
    {
        var afterVisit = false;
        for (var i = 0; i < scope.Message.SegmentCount; i++)
        {
            var segment = scope.Message.Segment(i);
            if (segment.Name is "PV1")
                afterVisit = true;
            else if (segment.Name is "PR1" or "IN1" or "GT1" or "ACC" or "PID" or "OBX" or "DG1")
                afterVisit = false;
            else if (afterVisit && segment.Name is "ROL" or "PRT")
                open = WriteParticipants(scope, RoleSegment.Of(segment), open);
        }
        return open;
    }

    private static bool WriteParticipants(AdtScope scope, RoleSegment role, bool open)
    {
        var json = scope.Json;
        if (role.IsDeletion)
            return open;
        foreach (var person in role.Persons.Repetitions.AtMost(AdtScope.MostRepetitions))
        {
            if (PractitionerWriter.Require(scope, person, role.Location) is not { } who)
                continue;
            if (!open)
                json.WriteStartArray("participant"u8);
            open = true;
            json.WriteStartObject();
            if (role.Role.SaysAnything())
            {
                json.WriteStartArray("type"u8);
                scope.Concept(null, role.Role, role.RoleLocation, CodeTables.Role);
                json.WriteEndArray();
            }
            PeriodWriter.Write(scope, scope.Time(role.Begin, role.Location), scope.Time(role.End, role.Location), role.Location);
            json.Reference("individual"u8, "Practitioner", who);
            json.WriteEndObject();
        }
        return open;
    }

    private static void WriteAll(AdtScope scope, string name)
    {
        var count = 0;
        for (var segment = scope.Message.First(name); segment.Exists && count < Most; segment = segment.NextSame(), count++)
        {
            var role = RoleSegment.Of(segment);
            var any = false;
            foreach (var person in role.Persons.Repetitions.AtMost(AdtScope.MostRepetitions))
                any |= role.IsDeletion || Require(scope, role, person) is not null;
            if (!any)
                scope.Report(AdtIssueCodes.Incomplete, role.Location);
        }
    }

    private static Guid? Require(AdtScope scope, RoleSegment role, Hl7Value person)
    {
        if (PractitionerWriter.Require(scope, person, role.Location) is not { } who)
            return null;
        var organization = OrganizationWriter.OfName(scope, role.Organization);
        var key = $"{who}|{role.Role.TextOf(1) ?? role.Role.TextOf(2)}|{organization}";
        return scope.Require("PractitionerRole", key, (s, id) => Write(s, role, who, organization, id));
    }

    private static void Write(AdtScope scope, RoleSegment role, Guid who, Guid? organization, Guid id)
    {
        var json = scope.Json;
        scope.StartResource("PractitionerRole", id);
        PeriodWriter.Write(scope, scope.Time(role.Begin, role.Location), scope.Time(role.End, role.Location), role.Location);
        json.Reference("practitioner"u8, "Practitioner", who);
        if (organization is { } at)
            json.Reference("organization"u8, "Organization", at);
        WriteConcept(scope, "code"u8, role.Role, role.RoleLocation, CodeTables.Role);
        WriteConcept(scope, "specialty"u8, role.Type, role.Location, null);
        if (LocationWriter.PathOf(scope, role.Place) is { } path && LocationWriter.Require(scope, path) is { } where)
        {
            json.WriteStartArray("location"u8);
            json.ReferenceValue("Location", where);
            json.WriteEndArray();
        }
        if (!PersonFields.Telecoms(scope, role.Telecom, null, open: false))
        {
            // US Core demands a way to reach them (pd-1), and of each what it is and its value.
            json.WriteStartArray("telecom"u8);
            json.WriteStartObject();
            json.Absent("_system"u8);
            json.Absent("_value"u8);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        scope.EndResource();
    }

    private static void WriteConcept(AdtScope scope, ReadOnlySpan<byte> name, Hl7Value value, string location, CodeTable? table)
    {
        if (!value.SaysAnything())
            return;
        scope.Json.WriteStartArray(name);
        foreach (var repetition in value.Repetitions.AtMost(AdtScope.MostRepetitions))
            scope.Concept(null, repetition, location, table);
        scope.Json.WriteEndArray();
    }
}
