using FhirGateway.Normalization;

namespace FhirGateway.Attributions;

/// <summary>A patient as a participant's panel names it: what a payer is asked to find among its members.</summary>
/// <param name="Key">The participant's own id of the patient.</param>
/// <param name="Until">Last day of the attested relationship.</param>
/// <param name="Facts">As the panel has them.</param>
public sealed record PanelPatient(string Key, DateOnly Until, PatientFacts Facts)
{
    public override string ToString() => "PanelPatient";
}
