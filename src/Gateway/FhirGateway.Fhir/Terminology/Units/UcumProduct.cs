using System.Globalization;
using System.Numerics;
using System.Text;

namespace FhirGateway.Fhir.Terminology.Units;

/// <summary>A unit as a factor and powers of base and arbitrary units: the form in which two units can be compared.</summary>
internal sealed class UcumProduct
{
    /// <summary>Largest power and largest factor (in bits) that are worked out: far beyond any unit, and cheap.</summary>
    private const int MaxExponent = 400;
    private const int MaxBits = 8192;
    private const int MaxDigits = 64;
    private readonly SortedDictionary<string, int> powers = new(StringComparer.Ordinal);
    private int components;

    public Rational Factor { get; private set; } = Rational.One;

    /// <summary>The special unit that this is, with the value of its prefix; null for a plain product.</summary>
    public (UcumAtom Atom, Rational Prefix)? Special { get; private set; }

    /// <summary>False if it is too large to work out, has a factor of zero, or has a special unit among other units, which means nothing.</summary>
    public bool IsUsable { get; private set; } = true;

    public static UcumProduct Of(string code)
    {
        var product = new UcumProduct();
        product.powers.Add(code, 1);
        return product;
    }

    public void Multiply(Rational value) => SetFactor(Factor * value);

    public void MultiplyNumber(ReadOnlySpan<byte> digits, int sign)
    {
        components++;
        var number = digits.Length > MaxDigits ? BigInteger.Zero : BigInteger.Parse(Encoding.ASCII.GetString(digits), NumberStyles.None, CultureInfo.InvariantCulture);
        if (Special is not null || number.IsZero)
            IsUsable = false;
        else
            SetFactor(Factor * new Rational(number, 1).Pow(sign));
    }

    public void Multiply(UcumTable table, int atom, int prefix, int exponent)
    {
        components++;
        var definition = table.Atoms[atom];
        var product = table.Product(atom);
        var isSpecial = definition.Kind == UcumAtomKind.Special;
        IsUsable &= Math.Abs(exponent) <= MaxExponent && product.IsUsable && Special is null && (!isSpecial || (exponent == 1 && components == 1));
        if (!IsUsable)
            return;
        var scale = prefix < 0 ? Rational.One : table.Prefixes[prefix].Value;
        if (isSpecial)
            Special = (definition, scale);
        foreach (var (code, power) in product.powers)
            Add(code, power * exponent);
        var value = isSpecial ? product.Factor : scale * product.Factor;
        if (value.Size * Math.Abs((long)exponent) > MaxBits)
            IsUsable = false;
        else
            SetFactor(Factor * value.Pow(exponent));
    }

    public bool HasSamePowers(UcumProduct other) => powers.SequenceEqual(other.powers);

    /// <summary>The powers as a term of UCUM, e.g. <c>g.m-3</c>; <c>1</c> for none.</summary>
    public string Term => powers.Count == 0 ? "1" : string.Join('.', powers.Select(p => p.Value == 1 ? p.Key : p.Key + p.Value.ToString(CultureInfo.InvariantCulture)));

    private void Add(string code, int exponent)
    {
        powers.TryGetValue(code, out var power);
        if ((power += exponent) == 0)
            powers.Remove(code);
        else
            powers[code] = power;
    }

    private void SetFactor(Rational value)
    {
        if (value.Size > MaxBits)
            IsUsable = false;
        else
            Factor = value;
    }
}
