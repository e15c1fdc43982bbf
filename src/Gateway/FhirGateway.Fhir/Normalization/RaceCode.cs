namespace FhirGateway.Fhir.Normalization;

/// <summary>One code of CDC Race and Ethnicity.</summary>
/// <param name="IsRace">A race; else an ethnicity.</param>
/// <param name="IsCategory">One of the categories of the Office of Management and Budget; else a detailed one.</param>
/// <param name="Display">The display that the code system gives it, as JSON text.</param>
internal sealed record RaceCode(bool IsRace, bool IsCategory, byte[] Display);
