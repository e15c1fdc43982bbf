using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// AL1 and IAM to AllergyIntolerance. Its key is the patient and the allergen, so that both segments, and an update of what A60 told,
/// are one resource.
/// </summary>
internal static class AllergyWriter
{
    public static void WriteAll(AdtScope scope)
    {
        WriteAll(scope, "AL1");
        WriteAll(scope, "IAM");
    }

    private static void WriteAll(AdtScope scope, string segment)
    {
        for (var allergy = scope.Message.First(segment); allergy.Exists; allergy = allergy.NextSame())
        {
            var code = allergy.Field(3);
            if ((code.TextOf(1) ?? code.TextOf(2)) is not { } what)
            {
                scope.Report(AdtIssueCodes.Incomplete, segment == "AL1" ? "AL1-3" : "IAM-3");
                continue;
            }
            var id = scope.Id("AllergyIntolerance", $"{scope.PatientKey}|{code.TextOf(3)}|{what}");
            if (scope.IsFirst(id))
                Write(scope, allergy, id, isAdverse: segment == "IAM");
        }
    }

    private static void Write(AdtScope scope, Hl7Segment allergy, Guid id, bool isAdverse)
    {
        var json = scope.Json;
        scope.StartResource("AllergyIntolerance", id);
        if (isAdverse)
            WriteIdentifier(scope, allergy.Field(7));
        var (verification, isActive) = isAdverse ? StatusOf(allergy) : (null, true);
        if (verification is not "entered-in-error")
            json.Concept("clinicalStatus", CodeTables.Terminology + "allergyintolerance-clinical", isActive ? "active" : "inactive");
        if (verification is not null)
            json.Concept("verificationStatus", CodeTables.Terminology + "allergyintolerance-verification", verification);
        var (type, category) = CodeTables.Allergy(allergy.Field(2).Code);
        json.Text("type", (isAdverse ? TypeOf(allergy.Field(9).Code) : null) ?? type);
        json.Texts("category", category);
        var severity = allergy.Field(4).Code;
        var hasReaction = HasReaction(allergy.Field(5));
        if (!hasReaction)
            json.Text("criticality", severity switch { "SV" => "high", "MI" => "low", "U" => "unable-to-assess", _ => null });
        scope.Concept("code", allergy.Field(3), isAdverse ? "IAM-3" : "AL1-3");
        json.Reference("patient", "Patient", scope.PatientId);
        WriteOnset(scope, allergy, isAdverse);
        if (isAdverse && scope.Time(allergy.Field(13), "IAM-13") is { } reported)
            json.WriteString("recordedDate"u8, scope.DateTime(reported));
        if (hasReaction)
            WriteReaction(scope, allergy, severity);
        scope.EndResource();
    }

    private static void WriteIdentifier(AdtScope scope, Hl7Value value)
    {
        if (FhirElements.Clean(value.TextOf(1)) is not { } id)
            return;
        var system = value.TextOf(2) is { } name ? IdentifierSystems.OfName(scope.Source, name) : IdentifierSystems.OfName(scope.Source, "IAM-7");
        scope.Json.WriteStartArray("identifier"u8);
        scope.Identifier(system, id, null);
        scope.Json.WriteEndArray();
    }

    /// <summary>IAM-6 (D: taken out of the list) and IAM-17 (table 0438). An active allergy without either is just that.</summary>
    private static (string? Verification, bool IsActive) StatusOf(Hl7Segment allergy) =>
        allergy.Field(6).Code is "D" ? ("entered-in-error", false) : allergy.Field(17).Code switch
        {
            "C" => ("confirmed", true),
            "I" => ("confirmed", false),
            "E" => ("entered-in-error", false),
            "D" or "P" or "S" or "U" => ("unconfirmed", true),
            _ => (null, true),
        };

    /// <summary>IAM-9, table 0436; a contraindication or side effect is neither.</summary>
    private static string? TypeOf(ReadOnlySpan<char> sensitivity) => sensitivity switch
    {
        "AL" => "allergy",
        "IN" => "intolerance",
        _ => null,
    };

    private static void WriteOnset(AdtScope scope, Hl7Segment allergy, bool isAdverse)
    {
        if (!isAdverse)
        {
            if (scope.Time(allergy.Field(6), "AL1-6") is { } identified)
                scope.Json.WriteString("onsetDateTime"u8, scope.DateTime(identified));
            return;
        }
        if (scope.Time(allergy.Field(11), "IAM-11") is { } onset)
            scope.Json.WriteString("onsetDateTime"u8, scope.DateTime(onset));
        else
            scope.Json.Text("onsetString", allergy.Field(12).Text);
    }

    private static bool HasReaction(Hl7Value field)
    {
        foreach (var repetition in field.Repetitions)
            if (FhirElements.Clean(repetition.Text) is not null)
                return true;
        return false;
    }

    private static void WriteReaction(AdtScope scope, Hl7Segment allergy, ReadOnlySpan<char> severity)
    {
        var json = scope.Json;
        json.WriteStartArray("reaction"u8);
        json.WriteStartObject();
        json.WriteStartArray("manifestation"u8);
        foreach (var repetition in allergy.Field(5).Repetitions)
        {
            if (FhirElements.Clean(repetition.Text) is not { } text)
                continue;
            json.WriteStartObject();
            json.WriteString("text"u8, text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.Text("severity", severity switch { "SV" => "severe", "MO" => "moderate", "MI" => "mild", _ => null });
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
