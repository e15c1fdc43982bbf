namespace FhirGateway.Normalization.FhirMessages;

/// <summary>What a sender must mend in a message: where, and why. Carries no value of the message.</summary>
/// <param name="Code">A code of FHIR's issue-type: structure, required, value, not-supported, not-found, multiple-matches …</param>
/// <param name="Expression">Where, as FHIRPath, such as Bundle.entry[0].resource.eventCoding.</param>
/// <param name="Text">Why, for the person who reads it.</param>
public readonly record struct FhirMessageFault(string Code, string Expression, string Text);
