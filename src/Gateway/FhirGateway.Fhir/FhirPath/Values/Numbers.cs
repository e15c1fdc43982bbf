namespace FhirGateway.Fhir.FhirPath;

/// <summary>Decimals as FHIRPath has them.</summary>
internal static class Numbers
{
    /// <summary>The same number without zeros at the end of its fraction.</summary>
    public static decimal Trim(decimal value) => value / 1.0000000000000000000000000000m;

    /// <summary>The text of a decimal with its scale; an integer decimal keeps one digit behind the point.</summary>
    public static int Write(decimal value, Span<byte> to)
    {
        value.TryFormat(to, out var written, default, System.Globalization.CultureInfo.InvariantCulture);
        return written;
    }

    /// <summary>The result of an operation, or null where decimals end.</summary>
    public static decimal? Checked(Func<decimal, decimal, decimal> operation, decimal x, decimal y)
    {
        try
        {
            return operation(x, y);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>A power of ten.</summary>
    public static decimal Ten(int exponent)
    {
        var power = 1m;
        for (; exponent > 0; exponent--)
            power *= 10;
        return power;
    }
}
