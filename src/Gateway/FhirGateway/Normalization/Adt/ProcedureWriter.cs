using System.Globalization;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>PR1 to Procedure. Its key is the visit (or patient), PR1-19 where there is one, else the code and the time.</summary>
internal static class ProcedureWriter
{
    private const int Most = 500;

    /// <summary>One that is taken back in one place and stands in another stands.</summary>
    public static void WriteAll(AdtScope scope)
    {
        WriteAll(scope, areDeleted: false);
        WriteAll(scope, areDeleted: true);
    }

    private static void WriteAll(AdtScope scope, bool areDeleted)
    {
        var count = 0;
        for (var procedure = scope.Message.First("PR1"); procedure.Exists && count < Most; procedure = procedure.NextSame())
        {
            if ((procedure.Field(20).Code is "D") != areDeleted)
                continue;
            var code = procedure.Field(3);
            if ((code.TextOf(1) ?? code.TextOf(2) ?? procedure.Field(4).Text) is not { } what)
            {
                scope.Report(AdtIssueCodes.Incomplete, "PR1-3");
                continue;
            }
            count++;
            var about = scope.VisitKey ?? scope.PatientKey;
            var key = procedure.Field(19).TextOf(1) is { } number
                ? $"{about}|{procedure.Field(19).TextOf(2)}|{number}"
                : $"{about}|{code.TextOf(3) ?? procedure.Field(2).Text}|{what}|{procedure.Field(5).Text}";
            var id = scope.Id("Procedure", key);
            if (scope.IsFirst(id))
                Write(scope, procedure, id);
        }
    }

    private static void Write(AdtScope scope, Hl7Segment procedure, Guid id)
    {
        var json = scope.Json;
        scope.StartResource("Procedure", id);
        if (FhirElements.Clean(procedure.Field(19).TextOf(1)) is { } number)
        {
            json.WriteStartArray("identifier"u8);
            var assigner = procedure.Field(19).TextOf(2);
            scope.Identifier(assigner is null ? scope.SystemOf(default) : scope.SystemOfName(assigner), number, null);
            json.WriteEndArray();
        }
        var start = scope.Time(procedure.Field(5), "PR1-5");
        // Nothing in PR1 says that it is over; with a time it is told as something done. US Core asks a completed procedure for its time.
        json.WriteString("status"u8, procedure.Field(20).Code is "D" ? "entered-in-error"u8 : start is null ? "unknown"u8 : "completed"u8);
        if (procedure.Field(6).SaysAnything())
            scope.Concept("category", procedure.Field(6), "PR1-6", CodeTables.ProcedureCategory);
        CodedTextWriter.Write(scope, procedure, "PR1-3");
        json.Reference("subject"u8, "Patient", scope.PatientId);
        if (scope.EncounterId is { } encounter)
            json.Reference("encounter"u8, "Encounter", encounter);
        WritePerformed(scope, procedure, start);
        WritePerformers(scope, procedure);
        if (procedure.Field(15).SaysAnything())
        {
            json.WriteStartArray("reasonCode"u8);
            scope.Concept(null, procedure.Field(15), "PR1-15");
            json.WriteEndArray();
        }
        scope.EndResource();
    }

    /// <summary>PR1-7 is how many minutes it took.</summary>
    private static void WritePerformed(AdtScope scope, Hl7Segment procedure, Hl7DateTime? start)
    {
        if (start is not { } at)
            return;
        var json = scope.Json;
        var lasted = int.TryParse(procedure.Field(7).Code, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes is > 0 and < 100_000;
        if (!lasted || !at.HasTime || at.Value.Year > 9000)
        {
            json.WriteString("performedDateTime"u8, scope.DateTime(at));
            return;
        }
        json.WriteStartObject("performedPeriod"u8);
        json.WriteString("start"u8, scope.DateTime(at));
        json.WriteString("end"u8, scope.DateTime(at with { Value = at.Value.AddMinutes(minutes) }));
        json.WriteEndObject();
    }

    private static void WritePerformers(AdtScope scope, Hl7Segment procedure)
    {
        var json = scope.Json;
        var open = false;
        Add(8, "PPRF", "primary performer", "anesthesiologist");
        Add(11, "PPRF", "primary performer", "surgeon");
        Add(12, "SPRF", "secondary performer", "procedure practitioner");
        if (open)
            json.WriteEndArray();

        void Add(int field, string code, string display, string role)
        {
            foreach (var person in procedure.Field(field).Repetitions.AtMost(AdtScope.MostRepetitions))
            {
                if (PractitionerWriter.Require(scope, person, $"PR1-{field}") is not { } who)
                    continue;
                if (!open)
                    json.WriteStartArray("performer"u8);
                open = true;
                json.WriteStartObject();
                json.WriteStartObject("function"u8);
                json.WriteStartArray("coding"u8);
                json.Coding(CodeTables.Terminology + "v3-ParticipationType", code, display);
                json.WriteEndArray();
                json.WriteString("text"u8, role);
                json.WriteEndObject();
                json.Reference("actor"u8, "Practitioner", who);
                json.WriteEndObject();
            }
        }
    }
}
