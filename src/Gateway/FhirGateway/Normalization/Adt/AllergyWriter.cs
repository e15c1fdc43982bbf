using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>AL1 and IAM to AllergyIntolerance. Its key is the patient and the allergen. A deletion (IAM-6 D) or an erroneous one (IAM-17 E) is entered in error.</summary>
internal static class AllergyWriter
{
    private const int Most = 500;
    private const string Clinical = CodeTables.Terminology + "allergyintolerance-clinical";
    private const string Verification = CodeTables.Terminology + "allergyintolerance-verification";

    public static void WriteAll(AdtScope scope)
    {
        WriteAll(scope, "AL1", areDeleted: false);
        WriteAll(scope, "IAM", areDeleted: false);
        WriteAll(scope, "IAM", areDeleted: true);
    }

    /// <summary>One that is taken back in one place and stands in another stands: it is what may harm the patient.</summary>
    private static void WriteAll(AdtScope scope, string name, bool areDeleted)
    {
        var location = name == "IAM" ? "IAM-3" : "AL1-3";
        var count = 0;
        for (var allergy = scope.Message.First(name); allergy.Exists && count < Most; allergy = allergy.NextSame(), count++)
        {
            if ((name == "IAM" && IsDeleted(allergy)) != areDeleted)
                continue;
            var code = allergy.Field(3);
            if ((code.TextOf(1) ?? code.TextOf(2)) is not { } what)
            {
                scope.Report(AdtIssueCodes.Incomplete, location);
                continue;
            }
            var id = scope.Id("AllergyIntolerance", $"{scope.PatientKey}|{code.TextOf(3)}|{what}");
            if (scope.IsFirst(id))
                Write(scope, allergy, id, isDetailed: name == "IAM", location);
        }
    }

    private static void Write(AdtScope scope, Hl7Segment allergy, Guid id, bool isDetailed, string location)
    {
        var json = scope.Json;
        scope.StartResource("AllergyIntolerance", id);
        if (isDetailed && FhirElements.Clean(allergy.Field(7).TextOf(1)) is { } number)
        {
            json.WriteStartArray("identifier"u8);
            var assigner = allergy.Field(7).TextOf(2);
            scope.Identifier(assigner is null ? scope.SystemOf(default) : scope.SystemOfName(assigner), number, null);
            json.WriteEndArray();
        }
        WriteStatus(scope, allergy, isDetailed);
        WriteKind(scope, allergy, isDetailed);
        var reaction = HasReaction(allergy);
        var severity = SeverityOf(scope, allergy.Field(4), isDetailed ? "IAM-4" : "AL1-4");
        if (!reaction)
            json.Text("criticality", severity is null && allergy.Field(4).Code is "U" ? "unable-to-assess" : severity switch { "severe" => "high", "mild" => "low", _ => null });
        scope.Concept("code", allergy.Field(3), location);
        json.Reference("patient"u8, "Patient", scope.PatientId);
        if (isDetailed)
        {
            if (!scope.DateTime("onsetDateTime"u8, allergy.Field(11), "IAM-11"))
                json.Text("onsetString"u8, allergy.Field(12).TextSpan);
            scope.DateTime("recordedDate"u8, allergy.Field(13), "IAM-13");
        }
        else
        {
            scope.DateTime("onsetDateTime"u8, allergy.Field(6), "AL1-6");
        }
        if (reaction)
            WriteReaction(scope, allergy, severity, isDetailed ? "IAM-5" : "AL1-5");
        scope.EndResource();
    }

    /// <summary>IAM-17 A (active) and I (inactive, yet confirmed) are about the clinical status. What is in error has none.</summary>
    private static void WriteStatus(AdtScope scope, Hl7Segment allergy, bool isDetailed)
    {
        var json = scope.Json;
        var status = isDetailed ? allergy.Field(17) : default;
        var verification = scope.Table(CodeTables.AllergyStatus).Find(status.Code)?.Code;
        if (isDetailed && IsDeleted(allergy))
            verification = "entered-in-error";
        else if (status.HasValue && !scope.Table(CodeTables.AllergyStatus).Contains(status.Code))
            scope.Report(AdtIssueCodes.UnmappedCode, "IAM-17");
        if (verification != "entered-in-error")
            json.Concept("clinicalStatus", Clinical, status.Code is "I" ? "inactive" : "active");
        if (verification is not null)
            json.Concept("verificationStatus", Verification, verification);
    }

    private static bool IsDeleted(Hl7Segment allergy) => allergy.Field(6).Code is "D";

    private static string? SeverityOf(AdtScope scope, Hl7Value field, string location)
    {
        if (!field.HasValue)
            return null;
        var entry = scope.Table(CodeTables.AllergySeverity).EntryOf(field.Code, field.Part(3).TextSpan);
        if (entry is null)
            scope.Report(AdtIssueCodes.UnmappedCode, location);
        return entry?.Target?.Code;
    }

    private static void WriteKind(AdtScope scope, Hl7Segment allergy, bool isDetailed)
    {
        var json = scope.Json;
        var kind = allergy.Field(2).Code;
        var table = scope.Table(CodeTables.AllergenType);
        var sensitivity = isDetailed ? allergy.Field(9).Code : default;
        var type = sensitivity switch
        {
            "AL" => "allergy",
            "IN" => "intolerance",
            _ => sensitivity.IsEmpty && table.Contains(kind) && kind is not "MC" ? "allergy" : null,
        };
        json.Text("type", type);
        json.Texts("category", table.Find(kind)?.Code);
        if (!kind.IsEmpty && !table.Contains(kind))
            scope.Report(AdtIssueCodes.UnmappedCode, isDetailed ? "IAM-2" : "AL1-2");
    }

    private static bool HasReaction(Hl7Segment allergy)
    {
        foreach (var repetition in allergy.Field(5).Repetitions.AtMost(AdtScope.MostRepetitions))
            if (repetition.SaysAnything())
                return true;
        return false;
    }

    /// <summary>AL1-5 is text, IAM-5 too; what is in their second component reads better.</summary>
    private static void WriteReaction(AdtScope scope, Hl7Segment allergy, string? severity, string location)
    {
        var json = scope.Json;
        json.WriteStartArray("reaction"u8);
        json.WriteStartObject();
        json.WriteStartArray("manifestation"u8);
        foreach (var repetition in allergy.Field(5).Repetitions.AtMost(AdtScope.MostRepetitions))
        {
            if (!repetition.SaysAnything())
                continue;
            json.WriteStartObject();
            if (FhirElements.HasText(repetition.Part(1).TextSpan) && (FhirElements.HasText(repetition.Part(2).TextSpan) || repetition.Part(3).HasValue))
            {
                json.WriteStartArray("coding"u8);
                json.Coding(CodeSystems.Of(scope, repetition.Part(3).TextSpan, repetition.Part(1).TextSpan, null, location), repetition.Part(1).TextSpan, repetition.Part(2).TextSpan);
                json.WriteEndArray();
                json.Text("text"u8, repetition.Part(2).TextSpan);
            }
            else
            {
                json.Text("text"u8, FhirElements.HasText(repetition.Part(1).TextSpan) ? repetition.Part(1).TextSpan
                    : FhirElements.HasText(repetition.Part(2).TextSpan) ? repetition.Part(2).TextSpan : repetition.Part(9).TextSpan);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.Text("severity", severity);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
