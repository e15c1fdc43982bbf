using FhirGateway.Episodes;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>PV1-2, and PV1-18 where it says that an outpatient or inpatient is under observation, to Encounter.class.</summary>
internal static class VisitClasses
{
    private static readonly VisitClass Unknown = new(CodeTables.NullFlavor, "UNK", "unknown");

    /// <summary>PV1-18 belongs to the sender; these spellings are what it can only mean.</summary>
    private static readonly CodeTable PatientType = new("0018", true, CodeTables.ActCode, """
        OBS OBSENC observation encounter
        OBSERVATION OBSENC observation encounter
        """);

    public static VisitClass Of(AdtScope scope, Hl7Segment pv1)
    {
        if (pv1.Field(2).TextOf(1) is not { } code)
            return Unknown;
        if (code is not ("E" or "P") && PatientType.Find(pv1.Field(18).Code) is { } observed)
            return new VisitClass(observed.System, observed.Code, observed.Display);
        if (CodeTables.PatientClass.Find(code) is { } target)
            return new VisitClass(target.System, target.Code, target.Display);
        if (CodeTables.PatientClass.Contains(code))
            return new VisitClass(CodeTables.Terminology + "v2-0004", code, null);
        scope.Report(AdtIssueCodes.UnmappedCode, "PV1-2");
        return Unknown;
    }
}
