using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>IN1-16 to 19 and 43: whoever holds the policy and is not the patient, as RelatedPerson. How they are related is Coverage.relationship's to say.</summary>
internal static class SubscriberWriter
{
    /// <summary>Null if nobody is named.</summary>
    public static Guid? Require(AdtScope scope, Hl7Segment plan)
    {
        var name = new PersonName(plan.Field(16));
        if (name.IsEmpty)
            return null;
        return scope.Require("RelatedPerson", $"{scope.PatientKey}|{name.Family}|{name.Given}|insured", (s, id) => Write(s, plan, id));
    }

    private static void Write(AdtScope scope, Hl7Segment plan, Guid id)
    {
        var json = scope.Json;
        scope.StartResource("RelatedPerson", id);
        var open = false;
        foreach (var repetition in plan.Field(49).Repetitions.AtMost(AdtScope.MostRepetitions))
            open = scope.Identifier("identifier"u8, repetition, "MB", open);
        if (open)
            json.WriteEndArray();
        json.WriteBoolean("active"u8, true);
        json.Reference("patient"u8, "Patient", scope.PatientId);
        json.WriteStartArray("name"u8);
        scope.Name(new PersonName(plan.Field(16)));
        json.WriteEndArray();
        PersonFields.Gender(scope, plan.Field(43), "IN1-43");
        if (scope.Time(plan.Field(18), "IN1-18") is { } born)
            json.WriteString("birthDate"u8, AdtScope.Date(born));
        PersonFields.Addresses(scope, plan.Field(19));
        scope.EndResource();
    }
}
