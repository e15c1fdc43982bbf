namespace FhirGateway.Fhir.FhirPath;

/// <summary>One item of a result.</summary>
/// <param name="TypeName">A type of FHIR (<c>code</c>, <c>HumanName</c>) or of FHIRPath (<c>Integer</c>, <c>Quantity</c>).</param>
/// <param name="Json">
/// Its value as JSON; <c>null</c> if the element has only extensions. Dates and times of FHIRPath are strings, a quantity of
/// FHIRPath is a string in FHIRPath's own notation.
/// </param>
/// <param name="IsSystem">The type is one of FHIRPath, not of FHIR.</param>
public sealed record FhirPathResult(string TypeName, string Json, bool IsSystem);
