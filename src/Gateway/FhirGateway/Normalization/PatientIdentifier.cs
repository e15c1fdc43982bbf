namespace FhirGateway.Normalization;

/// <summary>An identifier of a human.</summary>
/// <param name="System">Canonical URI of the namespace; for HL7v2 built from the assigning authority.</param>
/// <param name="Value">As sent, trimmed.</param>
/// <param name="TypeCode">Code of HL7 table 0203 (MR, MC, SS, MB …), if sent.</param>
/// <param name="Authority">Name of the assigning authority as sent (CX.4.1, Identifier.assigner.display), if any.</param>
public readonly record struct PatientIdentifier(string System, string Value, string? TypeCode, string? Authority)
{
    public override string ToString() => $"PatientIdentifier({TypeCode})";
}
