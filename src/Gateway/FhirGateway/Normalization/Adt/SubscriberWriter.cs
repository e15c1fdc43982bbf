using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>IN1-16 to 19 and 43: whoever holds the policy and is not the patient, as RelatedPerson. How they are related is Coverage.relationship's to say.</summary>
internal static class SubscriberWriter
{
    /// <summary>
    /// IN1-17 says so (SEL, 18 of X12, or what the feed's table calls self). Where it says nothing that is known, the insured is the patient
    /// by name and day of birth. S alone is spouse at one sender and self at another: a wrong guess gives a patient somebody else's number.
    /// </summary>
    public static bool IsPatient(AdtScope scope, Hl7Segment plan)
    {
        var relation = plan.Field(17);
        if (relation.Code is "18" || scope.Table(CodeTables.SubscriberRelationship).Find(relation.Code)?.Code is "self")
            return true;
        if (relation.HasValue && scope.Table(CodeTables.SubscriberRelationship).Contains(relation.Code))
            return false;
        var pid = scope.Message.First("PID");
        var (insured, patient) = (new PersonName(plan.Field(16)), new PersonName(pid.Field(5)));
        return !insured.IsEmpty && Same(insured.Family, patient.Family) && Same(insured.Given, patient.Given)
            && Hl7DateTime.TryParse(plan.Field(18).Code, out var born) && Hl7DateTime.TryParse(pid.Field(7).Code, out var own)
            && born.Precision >= Hl7Precision.Day && born.Date == own.Date;
    }

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

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
