using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>IN1 to Coverage. Its key is the patient, the payer, the plan and the member number.</summary>
internal static class CoverageWriter
{
    public static void WriteAll(AdtScope scope)
    {
        for (var plan = scope.Message.First("IN1"); plan.Exists; plan = plan.NextSame())
        {
            if (OrganizationWriter.OfPayer(scope, plan) is not { } payer)
            {
                scope.Report(AdtIssueCodes.Incomplete, "IN1-3");
                continue;
            }
            var member = plan.Field(49).Text ?? plan.Field(36).Text;
            var id = scope.Id("Coverage", $"{scope.PatientKey}|{payer}|{plan.Field(2).Text}|{member}");
            if (scope.IsFirst(id))
                Write(scope, plan, payer, member, id);
        }
    }

    private static void Write(AdtScope scope, Hl7Segment plan, Guid payer, string? member, Guid id)
    {
        var json = scope.Json;
        scope.StartResource("Coverage", id);
        json.WriteString("status"u8, "active"u8);
        scope.Concept("type", plan.Field(15), "IN1-15", CodeTables.PlanType);
        json.Text("subscriberId", member);
        json.Reference("beneficiary", "Patient", scope.PatientId);
        scope.Concept("relationship", plan.Field(17), "IN1-17", CodeTables.SubscriberRelationship);
        PeriodWriter.Write(scope, scope.Time(plan.Field(12), "IN1-12"), scope.Time(plan.Field(13), "IN1-13"));
        json.WriteStartArray("payor"u8);
        json.ReferenceValue("Organization", payer);
        json.WriteEndArray();
        WriteClasses(scope, plan);
        scope.EndResource();
    }

    private static void WriteClasses(AdtScope scope, Hl7Segment plan)
    {
        var group = FhirElements.Clean(plan.Field(8).Text);
        var code = FhirElements.Clean(plan.Field(2).Text);
        if (group is null && code is null)
            return;
        scope.Json.WriteStartArray("class"u8);
        WriteClass(scope, "group", group, plan.Field(9).Part(1).WholeText);
        WriteClass(scope, "plan", code, plan.Field(2).TextOf(2));
        scope.Json.WriteEndArray();
    }

    private static void WriteClass(AdtScope scope, string type, string? value, string? name)
    {
        if (value is null)
            return;
        scope.Json.WriteStartObject();
        scope.Json.Concept("type", CodeTables.Terminology + "coverage-class", type);
        scope.Json.WriteString("value"u8, value);
        scope.Json.Text("name", name);
        scope.Json.WriteEndObject();
    }
}
