namespace FhirGateway.Fhir.Normalization;

/// <summary>What an extension of a Patient holds.</summary>
internal enum DemographicKind
{
    None,
    Race,
    Ethnicity,
    BirthSex,
}
