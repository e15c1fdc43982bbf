using System.Text;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>The text of dates and times: YYYY-MM-DDThh:mm:ss.fff+zz:zz, cut off anywhere after a whole part.</summary>
internal static class TemporalText
{
    /// <summary>A date or, with a <c>T</c>, a date and time; both may be partial.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Temporal value, out bool hasTime)
    {
        value = default;
        hasTime = false;
        if (!Digits(text, 0, 4, out var year) || year == 0)
            return false;
        var (month, day, precision, at) = (1, 1, TemporalPrecision.Year, 4);
        if (At(text, at, '-'))
        {
            if (!Digits(text, 5, 2, out month) || month is < 1 or > 12)
                return false;
            (precision, at) = (TemporalPrecision.Month, 7);
            if (At(text, at, '-'))
            {
                if (!Digits(text, 8, 2, out day) || day < 1 || day > DateTime.DaysInMonth(year, month))
                    return false;
                (precision, at) = (TemporalPrecision.Day, 10);
            }
        }
        var date = new DateTime(year, month, day).Ticks;
        value = new(date, precision, 0, Temporal.NoOffset);
        if (at == text.Length)
            return true;
        if (!At(text, at, 'T'))
            return false;
        hasTime = true;
        if (++at == text.Length)
            return true;
        if (precision != TemporalPrecision.Day || !TryParseClock(text[at..], out var clock, out var used))
            return false;
        if (!TryParseZone(text[(at + used)..], out var offset))
            return false;
        value = new(date + clock.Ticks, clock.Precision, clock.Digits, offset);
        return true;
    }

    /// <summary>A time of day without zone: hh, hh:mm, hh:mm:ss, hh:mm:ss.fff.</summary>
    public static bool TryParseTime(ReadOnlySpan<byte> text, out Temporal value) =>
        TryParseClock(text, out value, out var used) && used == text.Length;

    /// <summary>Writes the text; at most 40 bytes.</summary>
    public static int Write(Temporal value, ItemKind kind, Span<byte> to)
    {
        var n = 0;
        var clock = value.Ticks % TimeSpan.TicksPerDay;
        if (kind != ItemKind.Time)
        {
            var date = new DateTime(Math.Min(value.Ticks, DateTime.MaxValue.Ticks));
            n = Put(to, n, date.Year, 4, 0);
            if (value.Precision >= TemporalPrecision.Month)
                n = Put(to, n, date.Month, 2, '-');
            if (value.Precision >= TemporalPrecision.Day)
                n = Put(to, n, date.Day, 2, '-');
            if (kind == ItemKind.Date || value.Precision < TemporalPrecision.Hour)
                return n;
            to[n++] = (byte)'T';
        }
        n = Put(to, n, (int)(clock / TimeSpan.TicksPerHour), 2, 0);
        if (value.Precision >= TemporalPrecision.Minute)
            n = Put(to, n, (int)(clock / TimeSpan.TicksPerMinute % 60), 2, ':');
        if (value.Precision >= TemporalPrecision.Second)
            n = Put(to, n, (int)(clock / TimeSpan.TicksPerSecond % 60), 2, ':');
        if (value.Precision == TemporalPrecision.Second && value.Digits > 0)
            n = PutFraction(to, n, clock % TimeSpan.TicksPerSecond, value.Digits);
        return value.HasOffset ? PutOffset(to, n, value.Offset) : n;
    }

    private static bool TryParseClock(ReadOnlySpan<byte> text, out Temporal value, out int used)
    {
        value = default;
        used = 2;
        if (!Digits(text, 0, 2, out var hour) || hour > 23)
            return false;
        var ticks = hour * TimeSpan.TicksPerHour;
        var (precision, digits) = (TemporalPrecision.Hour, 0);
        if (At(text, 2, ':'))
        {
            if (!Digits(text, 3, 2, out var minute) || minute > 59)
                return false;
            ticks += minute * TimeSpan.TicksPerMinute;
            (precision, used) = (TemporalPrecision.Minute, 5);
        }
        if (precision == TemporalPrecision.Minute && At(text, 5, ':'))
        {
            // A leap second is within FHIR's grammar and is read as the last second of its minute's successor.
            if (!Digits(text, 6, 2, out var second) || second > 60)
                return false;
            ticks += second * TimeSpan.TicksPerSecond;
            (precision, used) = (TemporalPrecision.Second, 8);
            if (At(text, 8, '.') && !Fraction(text[9..], ref ticks, out digits))
                return false;
            used += digits > 0 ? digits + 1 : 0;
        }
        value = new(ticks, precision, Math.Min(digits, 7), Temporal.NoOffset);
        return true;
    }

    private static bool Fraction(ReadOnlySpan<byte> text, ref long ticks, out int digits)
    {
        var unit = TimeSpan.TicksPerSecond / 10;
        for (digits = 0; digits < text.Length && text[digits] is >= (byte)'0' and <= (byte)'9'; digits++, unit /= 10)
            ticks += (text[digits] - '0') * unit;
        return digits > 0;
    }

    private static bool TryParseZone(ReadOnlySpan<byte> text, out int offset)
    {
        offset = Temporal.NoOffset;
        if (text.IsEmpty)
            return true;
        offset = 0;
        if (text.Length == 1)
            return text[0] == 'Z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !Digits(text, 1, 2, out var hours) || !Digits(text, 4, 2, out var minutes) || minutes > 59 || hours > 14)
            return false;
        offset = ((hours * 60) + minutes) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool At(ReadOnlySpan<byte> text, int at, char c) => at < text.Length && text[at] == c;

    private static bool Digits(ReadOnlySpan<byte> text, int at, int length, out int value)
    {
        value = 0;
        if (at + length > text.Length)
            return false;
        for (var i = at; i < at + length; i++)
        {
            if (text[i] is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + text[i] - '0';
        }
        return true;
    }

    private static int Put(Span<byte> to, int n, int value, int width, int before)
    {
        if (before != 0)
            to[n++] = (byte)before;
        for (var i = width - 1; i >= 0; i--, value /= 10)
            to[n + i] = (byte)('0' + (value % 10));
        return n + width;
    }

    private static int PutFraction(Span<byte> to, int n, long ticks, int digits)
    {
        to[n++] = (byte)'.';
        for (var unit = TimeSpan.TicksPerSecond / 10; digits > 0; digits--, unit = Math.Max(unit / 10, 1))
            to[n++] = (byte)('0' + (ticks / unit % 10));
        return n;
    }

    private static int PutOffset(Span<byte> to, int n, int offset)
    {
        if (offset == 0)
        {
            to[n] = (byte)'Z';
            return n + 1;
        }
        to[n++] = (byte)(offset < 0 ? '-' : '+');
        n = Put(to, n, Math.Abs(offset) / 60, 2, 0);
        return Put(to, n, Math.Abs(offset) % 60, 2, ':');
    }

    /// <summary>The text as a string.</summary>
    public static string ToString(Temporal value, ItemKind kind)
    {
        Span<byte> text = stackalloc byte[40];
        return Encoding.ASCII.GetString(text[..Write(value, kind, text)]);
    }
}
