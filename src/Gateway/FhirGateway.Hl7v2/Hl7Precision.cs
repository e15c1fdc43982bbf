namespace FhirGateway.Hl7v2;

/// <summary>How much of a timestamp was sent.</summary>
public enum Hl7Precision
{
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Fraction,
}
