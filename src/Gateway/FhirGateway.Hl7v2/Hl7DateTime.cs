namespace FhirGateway.Hl7v2;

/// <summary>
/// A DTM/TS value: YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ], with the precision and the offset that were sent.
/// A fraction without its dot (17 digits, seen in practice) is understood.
/// </summary>
/// <param name="Value">The wall clock as written; parts that were not sent are 1 (month, day) or 0. Fractions to 0.1 ms.</param>
/// <param name="Precision">What was sent.</param>
/// <param name="Offset">The offset from UTC, if sent.</param>
public readonly record struct Hl7DateTime(DateTime Value, Hl7Precision Precision, TimeSpan? Offset)
{
    public bool HasTime => Precision >= Hl7Precision.Hour;

    public DateOnly Date => DateOnly.FromDateTime(Value);

    /// <summary>Reads a value; false if it is empty, malformed or impossible (month 13, 24:00).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Hl7DateTime result)
    {
        result = default;
        text = text.Trim();
        if (!TryTakeOffset(ref text, out var offset))
            return false;
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
            digits++;
        var fraction = text[digits..];
        if (digits is > 14 and <= 18 && fraction.IsEmpty)
        {
            fraction = text[14..];
            digits = 14;
        }
        else if (!fraction.IsEmpty)
        {
            if (fraction[0] != '.' || digits != 14)
                return false;
            fraction = fraction[1..];
        }
        if (digits is not (4 or 6 or 8 or 10 or 12 or 14) || !TryTicks(fraction, out var ticks))
            return false;
        return TryBuild(text[..digits], ticks, hasFraction: !fraction.IsEmpty, offset, out result);
    }

    private static bool TryBuild(ReadOnlySpan<char> d, long ticks, bool hasFraction, TimeSpan? offset, out Hl7DateTime result)
    {
        result = default;
        var year = Number(d[..4]);
        var month = d.Length >= 6 ? Number(d.Slice(4, 2)) : 1;
        var day = d.Length >= 8 ? Number(d.Slice(6, 2)) : 1;
        var hour = d.Length >= 10 ? Number(d.Slice(8, 2)) : 0;
        var minute = d.Length >= 12 ? Number(d.Slice(10, 2)) : 0;
        var second = d.Length >= 14 ? Number(d.Slice(12, 2)) : 0;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        var precision = hasFraction ? Hl7Precision.Fraction : (Hl7Precision)((d.Length - 4) / 2);
        var value = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).AddTicks(ticks);
        result = new Hl7DateTime(value, precision, offset);
        return true;
    }

    private static bool TryTakeOffset(ref ReadOnlySpan<char> text, out TimeSpan? offset)
    {
        offset = null;
        if (text.EndsWith("Z", StringComparison.Ordinal))
        {
            offset = TimeSpan.Zero;
            text = text[..^1];
            return true;
        }
        var sign = text.LastIndexOfAny('+', '-');
        if (sign < 0)
            return true;
        var zone = text[(sign + 1)..];
        if (zone.Length == 5 && zone[2] == ':')
            zone = string.Concat(zone[..2], zone[3..]);
        foreach (var c in zone)
            if (!char.IsAsciiDigit(c))
                return false;
        if (zone.Length != 4 || Number(zone[2..]) > 59)
            return false;
        var minutes = (Number(zone[..2]) * 60) + Number(zone[2..]);
        if (minutes > 14 * 60)
            return false;
        offset = TimeSpan.FromMinutes(text[sign] == '-' ? -minutes : minutes);
        text = text[..sign];
        return true;
    }

    private static bool TryTicks(ReadOnlySpan<char> fraction, out long ticks)
    {
        ticks = 0;
        if (fraction.Length > 9)
            return false;
        var unit = TimeSpan.TicksPerSecond / 10;
        foreach (var c in fraction)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            ticks += (c - '0') * unit;
            unit /= 10;
        }
        ticks -= ticks % (TimeSpan.TicksPerMillisecond / 10);
        return true;
    }

    private static int Number(ReadOnlySpan<char> digits)
    {
        var n = 0;
        foreach (var c in digits)
            n = (n * 10) + (c - '0');
        return n;
    }
}
