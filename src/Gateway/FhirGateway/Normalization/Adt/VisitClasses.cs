using FhirGateway.Episodes;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>PV1-2, and PV1-18 or PV1-10 where they say that an outpatient or inpatient is under observation, to Encounter.class.</summary>
internal static class VisitClasses
{
    private static readonly VisitClass Unknown = new(CodeTables.NullFlavor, "UNK", "unknown");

    public static VisitClass Of(AdtScope scope, Hl7Segment pv1)
    {
        if (pv1.Field(2).TextOf(1) is not { } code)
            return Unknown;
        if (code is not ("E" or "P") && Ruled(scope, pv1) is { } rule)
            return new VisitClass(rule.System, rule.Code, rule.Display);
        var table = scope.Table(CodeTables.PatientClass);
        if (table.Find(code) is { } target)
            return new VisitClass(target.System, target.Code, target.Display);
        if (table.Contains(code))
            return new VisitClass(CodeTables.Terminology + "v2-0004", code, null);
        scope.Report(AdtIssueCodes.UnmappedCode, "PV1-2");
        return Unknown;
    }

    /// <summary>The patient type and the service belong to the sender: what they mean is in the feed's tables, and in the built-in one where it can mean nothing else.</summary>
    private static CodeTarget? Ruled(AdtScope scope, Hl7Segment pv1) =>
        scope.Table(CodeTables.ClassByType).Find(pv1.Field(18).Code) ?? scope.Table(CodeTables.ClassByService).Find(pv1.Field(10).Code);
}
