using System.Text.Json.Serialization;

namespace FhirGateway.Episodes;

/// <summary>Encounter.class as the feed's table gives it.</summary>
/// <param name="System">v3-ActCode where it is mapped, else v2-0004 or v3-NullFlavor.</param>
/// <param name="Code">IMP, EMER, OBSENC, AMB, PRENC …</param>
/// <param name="Display">Null where the table has none.</param>
[JsonConverter(typeof(CompactJson.OfVisitClass))]
public sealed record VisitClass(string System, string Code, string? Display)
{
    public bool IsInpatient => Code is "IMP" or "ACUTE" or "NONAC";

    public bool IsEmergency => Code is "EMER";

    public bool IsObservation => Code is "OBSENC";

    public bool IsPreadmission => Code is "PRENC";
}
