using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>DG1 to Condition, category encounter-diagnosis. Its key is the visit (or patient), the code and its system, else its text.</summary>
internal static class ConditionWriter
{
    /// <summary>The id that a DG1 gets; null if it says nothing.</summary>
    public static Guid? IdOf(AdtScope scope, Hl7Segment diagnosis)
    {
        var code = diagnosis.Field(3);
        var what = code.TextOf(1) is { } c ? $"{code.TextOf(3) ?? diagnosis.Field(2).Text}|{c}" : code.TextOf(2) ?? diagnosis.Field(4).Text;
        return what is null ? null : scope.Id("Condition", $"{scope.VisitKey ?? scope.PatientKey}|{what}");
    }

    public static void WriteAll(AdtScope scope)
    {
        for (var diagnosis = scope.Message.First("DG1"); diagnosis.Exists; diagnosis = diagnosis.NextSame())
        {
            if (IdOf(scope, diagnosis) is not { } id)
                scope.Report(AdtIssueCodes.Incomplete, "DG1-3");
            else if (scope.IsFirst(id))
                Write(scope, diagnosis, id);
        }
    }

    private static void Write(AdtScope scope, Hl7Segment diagnosis, Guid id)
    {
        var json = scope.Json;
        scope.StartResource("Condition", id);
        if (diagnosis.Field(21).Code is "D")
            json.Concept("verificationStatus", CodeTables.Terminology + "condition-ver-status", "entered-in-error");
        json.WriteStartArray("category"u8);
        json.WriteStartObject();
        json.WriteStartArray("coding"u8);
        json.Coding(CodeTables.Terminology + "condition-category", "encounter-diagnosis", "Encounter Diagnosis");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        WriteCode(scope, diagnosis);
        json.Reference("subject", "Patient", scope.PatientId);
        if (scope.EncounterId is { } encounter)
            json.Reference("encounter", "Encounter", encounter);
        if (scope.Time(diagnosis.Field(5), "DG1-5") is { } onset)
            json.WriteString("onsetDateTime"u8, scope.DateTime(onset));
        if (PractitionerWriter.Require(scope, diagnosis.Field(16)) is { } asserter)
            json.Reference("asserter", "Practitioner", asserter);
        scope.EndResource();
    }

    /// <summary>Old senders name the system in DG1-2 and the text in DG1-4.</summary>
    private static void WriteCode(AdtScope scope, Hl7Segment diagnosis)
    {
        var json = scope.Json;
        var value = diagnosis.Field(3);
        var text = value.TextOf(2) ?? diagnosis.Field(4).Text;
        json.WriteStartObject("code"u8);
        if (value.TextOf(1) is { } code)
        {
            var method = value.TextOf(3) is null ? diagnosis.Field(2).Text : null;
            var system = method is not null ? CodeSystems.Find(method) : scope.SystemOf(value, code, null, "DG1-3");
            json.WriteStartArray("coding"u8);
            json.Coding(system, code, text);
            json.WriteEndArray();
        }
        json.Text("text", text);
        json.WriteEndObject();
    }
}
