namespace FhirGateway.Fhir.FhirPath;

/// <summary>Why an expression cannot be compiled or evaluated. Carries text of the expression only, never of a resource.</summary>
/// <param name="Message">What is wrong.</param>
/// <param name="Position">Offset in the text of the expression, in UTF-16 units from 0.</param>
public sealed record FhirPathFault(string Message, int Position);
