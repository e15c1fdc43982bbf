using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>PV1-14. The same UB-04 codes mean other things where PV1-4 says that the patient is a newborn: 5 is born here, not a nursing home.</summary>
internal static class AdmitSources
{
    private static readonly CodeTable Newborn = new("0023", true, CodeTables.Terminology + "admit-source", """
        5 born Born in hospital
        6 other Other
        """);

    public static CodeTable TableOf(Hl7Segment pv1) => pv1.Field(4).Code is "N" ? Newborn : CodeTables.AdmitSource;
}
