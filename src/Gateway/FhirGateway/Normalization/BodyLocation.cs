namespace FhirGateway.Normalization;

/// <summary>Where a normalized body lies: its address in the body store and its length in bytes.</summary>
public readonly record struct BodyLocation(long Address, int Length)
{
    public static readonly BodyLocation None = new(-1, 0);
}
