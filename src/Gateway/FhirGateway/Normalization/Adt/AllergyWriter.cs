using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>AL1 to AllergyIntolerance. Its key is the patient and the allergen.</summary>
internal static class AllergyWriter
{
    public static void WriteAll(AdtScope scope)
    {
        for (var allergy = scope.Message.First("AL1"); allergy.Exists; allergy = allergy.NextSame())
        {
            var code = allergy.Field(3);
            if ((code.TextOf(1) ?? code.TextOf(2)) is not { } what)
            {
                scope.Report(AdtIssueCodes.Incomplete, "AL1-3");
                continue;
            }
            var id = scope.Id("AllergyIntolerance", $"{scope.PatientKey}|{code.TextOf(3)}|{what}");
            if (scope.IsFirst(id))
                Write(scope, allergy, id);
        }
    }

    private static void Write(AdtScope scope, Hl7Segment allergy, Guid id)
    {
        var json = scope.Json;
        scope.StartResource("AllergyIntolerance", id);
        json.Concept("clinicalStatus", CodeTables.Terminology + "allergyintolerance-clinical", "active");
        var (type, category) = CodeTables.Allergy(allergy.Field(2).Code);
        json.Text("type", type);
        json.Texts("category", category);
        var reaction = FhirElements.Clean(allergy.Field(5).Text);
        var severity = allergy.Field(4).Code;
        if (reaction is null)
            json.Text("criticality", severity switch { "SV" => "high", "MI" => "low", "U" => "unable-to-assess", _ => null });
        scope.Concept("code", allergy.Field(3), "AL1-3");
        json.Reference("patient", "Patient", scope.PatientId);
        if (scope.Time(allergy.Field(6), "AL1-6") is { } onset)
            json.WriteString("onsetDateTime"u8, scope.DateTime(onset));
        if (reaction is not null)
            WriteReaction(scope, allergy, severity);
        scope.EndResource();
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
