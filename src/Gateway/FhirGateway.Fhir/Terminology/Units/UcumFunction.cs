namespace FhirGateway.Fhir.Terminology.Units;

/// <summary>The functions of special units (UCUM sections 21 and 22). Temperatures are exact, the others as good as a double.</summary>
internal static class UcumFunction
{
    /// <summary>From a number on the special scale to one of the proper unit.</summary>
    public static bool TryToProper(string function, Rational value, out Rational result)
    {
        if (Offset(function) is { } offset)
        {
            result = value + offset;
            return true;
        }
        var x = value.ToDouble();
        return Rational.TryFrom(function switch
        {
            "tan100" => Math.Atan(x / 100),
            "ph" or "hpx" => Math.Pow(10, -x),
            "hpc" => Math.Pow(100, -x),
            "hpm" => Math.Pow(1000, -x),
            "hpq" => Math.Pow(50000, -x),
            "ln" => Math.Exp(x),
            "lg" => Math.Pow(10, x),
            "lg2" => Math.Pow(10, x / 2),
            "ld" => Math.Pow(2, x),
            "sqrt" => x * x,
            _ => double.NaN,
        }, out result);
    }

    /// <summary>From a number of the proper unit to one on the special scale.</summary>
    public static bool TryFromProper(string function, Rational value, out Rational result)
    {
        if (Offset(function) is { } offset)
        {
            result = value - offset;
            return true;
        }
        var x = value.ToDouble();
        return Rational.TryFrom(function switch
        {
            "tan100" => Math.Tan(x) * 100,
            "ph" or "hpx" => -Math.Log10(x),
            "hpc" => -Math.Log10(x) / 2,
            "hpm" => -Math.Log10(x) / 3,
            "hpq" => -Math.Log(x) / Math.Log(50000),
            "ln" => Math.Log(x),
            "lg" => Math.Log10(x),
            "lg2" => 2 * Math.Log10(x),
            "ld" => Math.Log2(x),
            "sqrt" => Math.Sqrt(x),
            _ => double.NaN,
        }, out result);
    }

    /// <summary>The number on the scale of absolute zero, with its sign turned: what brings a temperature to its absolute scale.</summary>
    private static Rational? Offset(string function) => function switch
    {
        "cel" => new(27315, 100),
        "degf" => new(45967, 100),
        "degre" => new(21852, 100),
        _ => null,
    };
}
