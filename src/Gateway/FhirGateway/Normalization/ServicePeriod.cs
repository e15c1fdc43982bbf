namespace FhirGateway.Normalization;

/// <summary>When a service took place: calendar days as written by the source (never shifted by zone); a null end is open.</summary>
public readonly record struct ServicePeriod(DateOnly? Start, DateOnly? End)
{
    public bool IsUndated => Start is null && End is null;
}
