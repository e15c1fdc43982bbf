using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>PV1-14. The same UB-04 codes mean other things where PV1-4 says that the patient is a newborn: 5 is born here, not a nursing home.</summary>
internal static class AdmitSources
{
    public static CodeTable TableOf(Hl7Segment pv1) => pv1.Field(4).Code is "N" ? CodeTables.AdmitSourceNewborn : CodeTables.AdmitSource;
}
