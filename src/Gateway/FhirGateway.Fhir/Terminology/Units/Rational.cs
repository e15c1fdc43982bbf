using System.Globalization;
using System.Numerics;

namespace FhirGateway.Fhir.Terminology.Units;

/// <summary>An exact fraction in lowest terms.</summary>
internal readonly struct Rational : IEquatable<Rational>
{
    private static readonly BigInteger MaxDecimal = new(decimal.MaxValue);

    public Rational(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * (denominator.Sign < 0 ? -1 : 1);
        Numerator = numerator / divisor;
        Denominator = denominator / divisor;
    }

    public static Rational One { get; } = new(1, 1);

    public BigInteger Numerator { get; }

    public BigInteger Denominator { get; }

    /// <summary>Bits of the larger part.</summary>
    public long Size => Math.Max(Numerator.GetBitLength(), Denominator.GetBitLength());

    public static Rational operator *(Rational left, Rational right) => new(left.Numerator * right.Numerator, left.Denominator * right.Denominator);

    public static Rational operator /(Rational left, Rational right) => new(left.Numerator * right.Denominator, left.Denominator * right.Numerator);

    public static Rational operator +(Rational left, Rational right) =>
        new(left.Numerator * right.Denominator + right.Numerator * left.Denominator, left.Denominator * right.Denominator);

    public static Rational operator -(Rational left, Rational right) => left + new Rational(-right.Numerator, right.Denominator);

    public static Rational From(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var unscaled = new BigInteger((uint)bits[2]) << 64 | new BigInteger((uint)bits[1]) << 32 | (uint)bits[0];
        return new(bits[3] < 0 ? -unscaled : unscaled, BigInteger.Pow(10, bits[3] >> 16 & 0xFF));
    }

    /// <summary>Reads digits with a point and an exponent.</summary>
    public static Rational Parse(string text)
    {
        var e = text.IndexOf('e', StringComparison.Ordinal);
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = e < 0 ? text : text[..e];
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            exponent -= digits.Length - point - 1;
            digits = digits.Remove(point, 1);
        }
        var whole = BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return exponent < 0 ? new(whole, BigInteger.Pow(10, -exponent)) : new(whole * BigInteger.Pow(10, exponent), 1);
    }

    public Rational Pow(int exponent) => exponent < 0
        ? new(BigInteger.Pow(Denominator, -exponent), BigInteger.Pow(Numerator, -exponent))
        : new(BigInteger.Pow(Numerator, exponent), BigInteger.Pow(Denominator, exponent));

    /// <summary>The nearest decimal, half to even, with as many places as it can have; false if the value is too large.</summary>
    public bool TryGetDecimal(out decimal value)
    {
        value = 0;
        var magnitude = BigInteger.Abs(Numerator);
        if (magnitude / Denominator > MaxDecimal)
            return false;
        for (var scale = 28; scale >= 0; scale--)
        {
            var unscaled = Round(magnitude * BigInteger.Pow(10, scale), Denominator);
            if (unscaled > MaxDecimal)
                continue;
            value = Scale((decimal)unscaled, scale);
            value = Numerator.Sign < 0 ? -value : value;
            return true;
        }
        return false;
    }

    /// <summary>To about 15 digits; infinite or zero where a double cannot hold it.</summary>
    public double ToDouble() => Numerator.IsZero
        ? 0
        : Math.Exp(BigInteger.Log(BigInteger.Abs(Numerator)) - BigInteger.Log(Denominator)) * Numerator.Sign;

    /// <summary>The value to 15 digits; false for one that is not finite.</summary>
    public static bool TryFrom(double value, out Rational result)
    {
        result = One;
        if (!double.IsFinite(value))
            return false;
        var text = Math.Abs(value).ToString("e14", CultureInfo.InvariantCulture);
        result = Parse(text);
        if (value < 0)
            result = new(-result.Numerator, result.Denominator);
        return true;
    }

    public bool Equals(Rational other) => Numerator == other.Numerator && Denominator == other.Denominator;

    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Numerator, Denominator);

    public override string ToString() => Denominator.IsOne ? Numerator.ToString(CultureInfo.InvariantCulture) : $"{Numerator}/{Denominator}";

    private static BigInteger Round(BigInteger numerator, BigInteger denominator)
    {
        var whole = BigInteger.DivRem(numerator, denominator, out var rest);
        var order = (rest * 2).CompareTo(denominator);
        return order > 0 || (order == 0 && !whole.IsEven) ? whole + 1 : whole;
    }

    /// <summary>Without trailing zeros, so that equal values print alike.</summary>
    private static decimal Scale(decimal unscaled, int scale)
    {
        while (scale > 0 && unscaled % 10 == 0)
        {
            unscaled /= 10;
            scale--;
        }
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(unscaled, bits);
        return new decimal(bits[0], bits[1], bits[2], isNegative: false, (byte)scale);
    }
}
