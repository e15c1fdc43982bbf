namespace FhirGateway.Fhir.FhirPath;

/// <summary>How far a date or time is given. Seconds and their fraction are one precision (FHIRPath, "DateTime Equality").</summary>
internal enum TemporalPrecision : byte
{
    Year = 1,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}
