namespace FhirGateway.Fhir.Profiles;

internal enum SliceStepKind
{
    Element,
    Extension,
    Resolve,
    OfType,
}
