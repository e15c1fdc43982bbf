using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>DG1 to Condition, category encounter-diagnosis. Its key is the visit (or patient), the code and its system, else its text.</summary>
internal static class ConditionWriter
{
    private const int Most = 500;

    /// <summary>The id that a DG1 gets; null if it says nothing.</summary>
    public static Guid? IdOf(AdtScope scope, Hl7Segment diagnosis)
    {
        var code = diagnosis.Field(3);
        var what = code.TextOf(1) is { } c ? $"{code.TextOf(3) ?? diagnosis.Field(2).Text}|{c}" : code.TextOf(2) ?? diagnosis.Field(4).Text;
        return what is null ? null : scope.Id("Condition", $"{scope.VisitKey ?? scope.PatientKey}|{what}");
    }

    /// <summary>The sender takes the diagnosis back (DG1-21).</summary>
    public static bool IsDeleted(Hl7Segment diagnosis) => diagnosis.Field(21).Code is "D";

    /// <summary>One that is taken back in one place and stands in another, under a new number or rank, stands.</summary>
    public static void WriteAll(AdtScope scope)
    {
        WriteAll(scope, areDeleted: false);
        WriteAll(scope, areDeleted: true);
    }

    private static void WriteAll(AdtScope scope, bool areDeleted)
    {
        var count = 0;
        for (var diagnosis = scope.Message.First("DG1"); diagnosis.Exists && count < Most; diagnosis = diagnosis.NextSame(), count++)
        {
            if (IsDeleted(diagnosis) != areDeleted)
                continue;
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
        if (FhirElements.Clean(diagnosis.Field(20).TextOf(1)) is { } number)
        {
            json.WriteStartArray("identifier"u8);
            var assigner = diagnosis.Field(20).TextOf(2) ?? diagnosis.Field(20).TextOf(3);
            scope.Identifier(assigner is null ? scope.SystemOf(default) : scope.SystemOfName(assigner), number, null);
            json.WriteEndArray();
        }
        if (IsDeleted(diagnosis))
            json.Concept("verificationStatus", CodeTables.Terminology + "condition-ver-status", "entered-in-error");
        json.WriteStartArray("category"u8);
        json.WriteStartObject();
        json.WriteStartArray("coding"u8);
        json.Coding(CodeTables.Terminology + "condition-category", "encounter-diagnosis", "Encounter Diagnosis");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        CodedTextWriter.Write(scope, diagnosis, "DG1-3");
        json.Reference("subject"u8, "Patient", scope.PatientId);
        if (scope.EncounterId is { } encounter)
            json.Reference("encounter"u8, "Encounter", encounter);
        scope.DateTime("onsetDateTime"u8, diagnosis.Field(5), "DG1-5");
        scope.DateTime("recordedDate"u8, diagnosis.Field(19), "DG1-19");
        if (PractitionerWriter.Require(scope, diagnosis.Field(16), "DG1-16") is { } asserter)
            json.Reference("asserter"u8, "Practitioner", asserter);
        scope.EndResource();
    }
}
