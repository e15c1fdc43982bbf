namespace FhirGateway.Fhir.Normalization;

/// <summary>One change, so that it can be explained. Never carries a value of the resource.</summary>
/// <param name="Rule">The rule that made it.</param>
/// <param name="Expression">The element changed or added, as a simple FHIRPath, e.g. <c>Patient.identifier[0].system</c>.</param>
/// <param name="Position">Byte of the resource as sent at which the element, or the one that it was added to, begins.</param>
public readonly record struct NormalizationChange(NormalizationRule Rule, string Expression, int Position);
