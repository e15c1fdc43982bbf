using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// OBX to Observation. Its key is the visit (or patient), OBX-21 where there is one, else the code, OBX-4 and the time. A category is
/// given only to vital signs, by their LOINC code, where time and number are there as their profile asks: ADT does not say which others
/// come from a laboratory.
/// </summary>
internal static class ObservationWriter
{
    private const int Most = 1000;
    private const int MostValues = 100;

    public static void WriteAll(AdtScope scope)
    {
        var count = 0;
        Dictionary<Guid, int>? again = null;
        for (var obx = scope.Message.First("OBX"); obx.Exists && count < Most; obx = obx.NextSame())
        {
            if (!obx.Field(3).SaysAnything())
            {
                scope.Report(AdtIssueCodes.Incomplete, "OBX-3");
                continue;
            }
            count++;
            var key = KeyOf(scope, obx);
            var id = scope.Id("Observation", key);
            if (!scope.IsFirst(id))
            {
                // Lines of one text, and values that nothing tells apart: what the sender says twice by number is the same thing.
                if (obx.Field(21).HasValue || IsRepeated(scope, obx))
                    continue;
                again ??= [];
                var number = again[id] = again.GetValueOrDefault(id, 1) + 1;
                id = scope.Id("Observation", $"{key}|{number}");
                if (!scope.IsFirst(id))
                    continue;
            }
            Write(scope, obx, id);
        }
    }

    /// <summary>An earlier segment says the same, but for its number.</summary>
    private static bool IsRepeated(AdtScope scope, Hl7Segment obx)
    {
        var own = Said(obx);
        for (var earlier = scope.Message.First("OBX"); earlier.Exists && earlier.Index < obx.Index; earlier = earlier.NextSame())
            if (Said(earlier).SequenceEqual(own))
                return true;
        return false;

        static ReadOnlySpan<char> Said(Hl7Segment segment) => segment.Raw[Math.Min(segment.Raw.Length, "OBX".Length + 1 + segment.Field(1).Raw.Length)..];
    }

    private static string KeyOf(AdtScope scope, Hl7Segment obx)
    {
        var about = scope.VisitKey ?? scope.PatientKey;
        if (obx.Field(21).TextOf(1) is { } instance)
            return $"{about}|{instance}|{obx.Field(21).TextOf(2)}";
        var code = obx.Field(3);
        return $"{about}|{code.TextOf(3)}|{code.TextOf(1) ?? code.TextOf(2)}|{obx.Field(4).Text}|{obx.Field(14).Text}";
    }

    private static void Write(AdtScope scope, Hl7Segment obx, Guid id)
    {
        var json = scope.Json;
        scope.StartResource("Observation", id);
        var open = Identifier(scope, obx);
        if (open)
            json.WriteEndArray();
        json.WriteString("status"u8, StatusOf(scope, obx.Field(11)));
        if (IsVitalSign(obx))
            WriteCategory(scope);
        scope.Concept("code", obx.Field(3), "OBX-3");
        json.Reference("subject"u8, "Patient", scope.PatientId);
        if (scope.EncounterId is { } encounter)
            json.Reference("encounter"u8, "Encounter", encounter);
        scope.DateTime("effectiveDateTime"u8, obx.Field(14), "OBX-14");
        WritePerformers(scope, obx);
        var values = CountOf(obx.Field(5));
        if (values == 1)
            WriteOne(scope, obx);
        WriteInterpretation(scope, obx.Field(8));
        if (obx.Field(20).SaysAnything())
            scope.Concept("bodySite", obx.Field(20), "OBX-20");
        if (obx.Field(17).SaysAnything())
            scope.Concept("method", obx.Field(17), "OBX-17");
        ReferenceRangeWriter.Write(scope, obx);
        if (values > 1)
            WriteComponents(scope, obx);
        scope.EndResource();
    }

    private static bool Identifier(AdtScope scope, Hl7Segment obx)
    {
        var instance = obx.Field(21);
        if (FhirElements.Clean(instance.TextOf(1)) is not { } value)
            return false;
        scope.Json.WriteStartArray("identifier"u8);
        var assigner = instance.TextOf(2) ?? instance.TextOf(3);
        scope.Identifier(assigner is null ? scope.SystemOf(default) : scope.SystemOfName(assigner), value, null);
        return true;
    }

    private static string StatusOf(AdtScope scope, Hl7Value field)
    {
        var code = field.Code;
        if (code.IsEmpty)
            return "unknown";
        if (scope.Table(CodeTables.ObservationStatus).Find(code) is { } status)
            return status.Code;
        scope.Report(AdtIssueCodes.UnmappedCode, "OBX-11");
        return "unknown";
    }

    /// <summary>LOINC codes of the vital signs profiles whose value is one number.</summary>
    private static bool IsVitalSign(Hl7Segment obx) =>
        obx.Field(3).Part(3).Code is "LN" or "LOINC"
        && obx.Field(3).Part(1).Code is "8867-4" or "9279-1" or "8310-5" or "8302-2" or "29463-7" or "39156-5" or "8287-5" or "8480-6" or "8462-4" or "2708-6" or "59408-5"
        && obx.Field(2).Code is "NM" && CountOf(obx.Field(5)) == 1
        && Hl7DateTime.TryParse(obx.Field(14).Code, out var at) && at.Precision >= Hl7Precision.Day
        && NumberText.TryRead(obx.Field(5).TextSpan, stackalloc char[NumberText.Longest], out _);

    private static void WriteCategory(AdtScope scope)
    {
        scope.Json.WriteStartArray("category"u8);
        scope.Json.WriteStartObject();
        scope.Json.WriteStartArray("coding"u8);
        scope.Json.Coding(CodeTables.Terminology + "observation-category", "vital-signs", "Vital Signs");
        scope.Json.WriteEndArray();
        scope.Json.WriteEndObject();
        scope.Json.WriteEndArray();
    }

    /// <summary>OBX-16 observed it; OBX-15 and OBX-23 are where that was done.</summary>
    private static void WritePerformers(AdtScope scope, Hl7Segment obx)
    {
        var json = scope.Json;
        var open = false;
        foreach (var observer in obx.Field(16).Repetitions.AtMost(AdtScope.MostRepetitions))
            if (PractitionerWriter.Require(scope, observer, "OBX-16") is { } who)
                Add("Practitioner", who);
        if (OrganizationWriter.OfName(scope, obx.Field(23)) is { } where)
            Add("Organization", where);
        if (open)
            json.WriteEndArray();

        void Add(string type, Guid id)
        {
            if (!open)
                json.WriteStartArray("performer"u8);
            open = true;
            json.ReferenceValue(type, id);
        }
    }

    private static int CountOf(Hl7Value field)
    {
        var count = 0;
        foreach (var repetition in field.Repetitions.AtMost(AdtScope.MostRepetitions))
            if (repetition.HasValue)
                count++;
        return count;
    }

    private static void WriteOne(AdtScope scope, Hl7Segment obx)
    {
        foreach (var repetition in obx.Field(5).Repetitions.AtMost(AdtScope.MostRepetitions))
            if (repetition.HasValue)
                ObservationValue.Write(scope, obx, repetition);
    }

    private static void WriteInterpretation(AdtScope scope, Hl7Value field)
    {
        if (!field.SaysAnything())
            return;
        scope.Json.WriteStartArray("interpretation"u8);
        foreach (var repetition in field.Repetitions.AtMost(AdtScope.MostRepetitions))
            scope.Concept(null, repetition, "OBX-8", CodeTables.Interpretation);
        scope.Json.WriteEndArray();
    }

    /// <summary>A value that repeats: lines of one text (TX, FT), else a component for each.</summary>
    private static void WriteComponents(AdtScope scope, Hl7Segment obx)
    {
        var json = scope.Json;
        if (obx.Field(2).Code is "TX" or "FT")
        {
            json.Text("valueString"u8, LinesOf(obx.Field(5)));
            return;
        }
        json.WriteStartArray("component"u8);
        var count = 0;
        foreach (var repetition in obx.Field(5).Repetitions.AtMost(AdtScope.MostRepetitions))
        {
            if (!repetition.HasValue)
                continue;
            if (count++ == MostValues)
            {
                scope.Report(AdtIssueCodes.TooMany, "OBX-5");
                break;
            }
            json.WriteStartObject();
            scope.Concept("code", obx.Field(3), "OBX-3");
            ObservationValue.Write(scope, obx, repetition);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string LinesOf(Hl7Value field)
    {
        var text = new System.Text.StringBuilder();
        foreach (var repetition in field.Repetitions.AtMost(AdtScope.MostRepetitions))
            text.Append(text.Length == 0 ? "" : "\n").Append(repetition.TextSpan);
        return text.ToString();
    }
}
