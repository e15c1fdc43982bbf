using System.Globalization;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>IN1 to Coverage. Its key is the patient, the payer, the plan and the member number.</summary>
internal static class CoverageWriter
{
    private const int Most = 50;

    public static void WriteAll(AdtScope scope)
    {
        var count = 0;
        for (var plan = scope.Message.First("IN1"); plan.Exists && count < Most; plan = plan.NextSame(), count++)
        {
            if (OrganizationWriter.OfPayer(scope, plan) is not { } payer)
            {
                scope.Report(AdtIssueCodes.Incomplete, "IN1-3");
                continue;
            }
            var member = MemberOf(plan);
            var id = scope.Id("Coverage", $"{scope.PatientKey}|{payer}|{plan.Field(2).Text}|{member}");
            if (scope.IsFirst(id))
                Write(scope, plan, payer, FhirElements.Clean(member), id);
        }
    }

    /// <summary>IN1-49, else IN1-36, else IN2-61 of the IN2 that follows.</summary>
    private static string? MemberOf(Hl7Segment plan)
    {
        if ((plan.Field(49).Text ?? plan.Field(36).Text) is { } member)
            return member;
        var next = plan.Next();
        return next.Name is "IN2" ? next.Field(61).Text : null;
    }

    private static void Write(AdtScope scope, Hl7Segment plan, Guid payer, string? member, Guid id)
    {
        var json = scope.Json;
        scope.StartResource("Coverage", id);
        WriteIdentifiers(scope, plan, member);
        json.WriteString("status"u8, "active"u8);
        scope.Concept("type", plan.Field(15), "IN1-15", CodeTables.PlanType);
        if (SubscriberWriter.IsPatient(scope, plan))
            json.Reference("subscriber"u8, "Patient", scope.PatientId);
        else if (SubscriberWriter.Require(scope, plan) is { } subscriber)
            json.Reference("subscriber"u8, "RelatedPerson", subscriber);
        json.Text("subscriberId"u8, member);
        json.Reference("beneficiary"u8, "Patient", scope.PatientId);
        if (!scope.Concept("relationship", plan.Field(17), "IN1-17", CodeTables.SubscriberRelationship))
            json.Concept("relationship", CodeTables.Terminology + "data-absent-reason", "unknown", "Unknown");
        PeriodWriter.Write(scope, scope.Time(plan.Field(12), "IN1-12"), scope.Time(plan.Field(13), "IN1-13"), "IN1-13");
        json.WriteStartArray("payor"u8);
        json.ReferenceValue("Organization", payer);
        json.WriteEndArray();
        WriteClasses(scope, plan);
        if (int.TryParse(plan.Field(22).Code, NumberStyles.None, CultureInfo.InvariantCulture, out var order) && order is > 0 and < 100)
            json.WriteNumber("order"u8, order);
        scope.EndResource();
    }

    /// <summary>A Medicare number is one by its form; another member number belongs to the insurer.</summary>
    private static void WriteIdentifiers(AdtScope scope, Hl7Segment plan, string? member)
    {
        if (member is null)
            return;
        var json = scope.Json;
        json.WriteStartArray("identifier"u8);
        if (IdentifierSystems.AsMbi(member) is { } mbi)
        {
            scope.Identifier(IdentifierSystems.Mbi, mbi, "MB");
        }
        else
        {
            var authority = new ExtendedId(plan.Field(49)).Authority;
            var insurer = plan.Field(3).TextOf(1) ?? plan.Field(4).Part(1).WholeText;
            scope.Identifier(authority.IsEmpty && insurer is not null ? scope.SystemOfName(insurer) : scope.SystemOf(authority), member, "MB");
        }
        json.WriteEndArray();
    }

    private static void WriteClasses(AdtScope scope, Hl7Segment plan)
    {
        var group = FhirElements.Clean(plan.Field(8).Text);
        var code = FhirElements.Clean(plan.Field(2).Text);
        if (group is null && code is null)
            return;
        scope.Json.WriteStartArray("class"u8);
        WriteClass(scope, "group", "Group", group, plan.Field(9).Part(1).WholeText);
        WriteClass(scope, "plan", "Plan", code, plan.Field(2).TextOf(2));
        scope.Json.WriteEndArray();
    }

    private static void WriteClass(AdtScope scope, string type, string display, string? value, string? name)
    {
        if (value is null)
            return;
        scope.Json.WriteStartObject();
        scope.Json.Concept("type", CodeTables.Terminology + "coverage-class", type, display);
        scope.Json.WriteString("value"u8, value);
        scope.Json.Text("name"u8, name);
        scope.Json.WriteEndObject();
    }
}
