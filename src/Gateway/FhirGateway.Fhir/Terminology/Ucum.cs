namespace FhirGateway.Fhir.Terminology;

/// <summary>Placeholder for merge: replaced by the terminology branch.</summary>
public static class Ucum
{
    public static bool TryConvert(decimal value, string fromUnit, string toUnit, out decimal converted)
    {
        converted = value;
        return fromUnit == toUnit;
    }
}
