using System.Text;
using FhirGateway.Fhir.Terminology.Units;

namespace FhirGateway.Fhir.Terminology;

/// <summary>The Unified Code for Units of Measure (https://ucum.org/ucum), case-sensitive: validity, comparison, conversion.</summary>
public static class Ucum
{
    /// <summary>Longest code that is looked at; a longer one is not valid.</summary>
    public const int MaxLength = 512;

    /// <summary>Whether a code is a unit of UCUM. Allocates nothing.</summary>
    public static bool IsValid(ReadOnlySpan<char> code)
    {
        if (code.Length > MaxLength || !Ascii.IsValid(code))
            return false;
        Span<byte> bytes = stackalloc byte[MaxLength];
        return IsValid(bytes[..Encoding.ASCII.GetBytes(code, bytes)]);
    }

    /// <inheritdoc cref="IsValid(ReadOnlySpan{char})"/>
    public static bool IsValid(ReadOnlySpan<byte> code) => code.Length <= MaxLength && UcumParser.TryParse(code, UcumTable.Instance, product: null);

    /// <summary>Whether two units measure the same kind of quantity, so that values can be converted. False if either is not valid.</summary>
    public static bool AreComparable(string left, string right) =>
        Product(left) is { } a && Product(right) is { } b && a.HasSamePowers(b);

    /// <summary>Converts a value. Exact but for units defined by a logarithm or the like, which have about 15 digits.</summary>
    /// <param name="value">A number of <paramref name="fromUnit"/>.</param>
    /// <param name="fromUnit">E.g. <c>mg</c>.</param>
    /// <param name="toUnit">E.g. <c>g</c>.</param>
    /// <param name="converted">The number of <paramref name="toUnit"/>, rounded to what a decimal holds, without trailing zeros.</param>
    /// <returns>False if a unit is not valid, the two are not comparable, or the result is too large.</returns>
    public static bool TryConvert(decimal value, string fromUnit, string toUnit, out decimal converted)
    {
        converted = 0;
        return Product(fromUnit) is { } from && Product(toUnit) is { } to && from.HasSamePowers(to)
            && TryToBase(Rational.From(value), from, out var common) && TryFromBase(common, to, out var result) && result.TryGetDecimal(out converted);
    }

    /// <summary>Brings a quantity to the form that all equal ones share: a number of a product of base and arbitrary units.</summary>
    /// <param name="value">A number of <paramref name="unit"/>.</param>
    /// <param name="unit">E.g. <c>mg/dL</c>.</param>
    /// <param name="canonicalValue">The number, rounded to what a decimal holds, without trailing zeros.</param>
    /// <param name="canonicalUnit">E.g. <c>g.m-3</c>; <c>1</c> for a number without unit.</param>
    /// <returns>False if the unit is not valid or the number too large.</returns>
    public static bool TryCanonicalize(decimal value, string unit, out decimal canonicalValue, out string canonicalUnit)
    {
        canonicalValue = 0;
        canonicalUnit = "";
        if (Product(unit) is not { } product || !TryToBase(Rational.From(value), product, out var common) || !common.TryGetDecimal(out canonicalValue))
            return false;
        canonicalUnit = product.Term;
        return true;
    }

    private static UcumProduct? Product(string unit)
    {
        if (unit.Length > MaxLength || !Ascii.IsValid(unit))
            return null;
        var product = new UcumProduct();
        return UcumParser.TryParse(Encoding.ASCII.GetBytes(unit), UcumTable.Instance, product) && product.IsUsable ? product : null;
    }

    private static bool TryToBase(Rational value, UcumProduct unit, out Rational result)
    {
        result = value;
        if (unit.Special is { } special && !UcumFunction.TryToProper(special.Atom.Function!, value * special.Prefix, out result))
            return false;
        result *= unit.Factor;
        return true;
    }

    private static bool TryFromBase(Rational value, UcumProduct unit, out Rational result)
    {
        result = value / unit.Factor;
        if (unit.Special is not { } special)
            return true;
        if (!UcumFunction.TryFromProper(special.Atom.Function!, result, out result))
            return false;
        result /= special.Prefix;
        return true;
    }
}
