using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>Writes times as FHIR does.</summary>
internal static class DateText
{
    /// <summary>Of what is written here: 2026-03-01T10:15:00.1234+10:00.</summary>
    public const int Longest = 32;

    /// <summary>A date with the precision that was sent: YYYY, YYYY-MM or YYYY-MM-DD.</summary>
    public static int Write(Span<char> text, Hl7DateTime time)
    {
        Digits(text, time.Value.Year, 4);
        if (time.Precision == Hl7Precision.Year)
            return 4;
        text[4] = '-';
        Digits(text[5..], time.Value.Month, 2);
        if (time.Precision == Hl7Precision.Month)
            return 7;
        text[7] = '-';
        Digits(text[8..], time.Value.Day, 2);
        return 10;
    }

    /// <summary>A time to the second, or to 0.1 ms where it has a fraction, and its offset.</summary>
    public static int Write(Span<char> text, DateTimeOffset time)
    {
        Digits(text, time.Year, 4);
        text[4] = '-';
        Digits(text[5..], time.Month, 2);
        text[7] = '-';
        Digits(text[8..], time.Day, 2);
        text[10] = 'T';
        Digits(text[11..], time.Hour, 2);
        text[13] = ':';
        Digits(text[14..], time.Minute, 2);
        text[16] = ':';
        Digits(text[17..], time.Second, 2);
        var n = 19 + Fraction(text[19..], (int)(time.Ticks % TimeSpan.TicksPerSecond / 1000));
        var minutes = (int)time.Offset.TotalMinutes;
        text[n] = minutes < 0 ? '-' : '+';
        minutes = Math.Abs(minutes);
        Digits(text[(n + 1)..], minutes / 60, 2);
        text[n + 3] = ':';
        Digits(text[(n + 4)..], minutes % 60, 2);
        return n + 6;
    }

    /// <summary>Tenths of milliseconds, without zeros at the end.</summary>
    private static int Fraction(Span<char> text, int fraction)
    {
        if (fraction == 0)
            return 0;
        var places = 4;
        for (; fraction % 10 == 0; places--)
            fraction /= 10;
        text[0] = '.';
        Digits(text[1..], fraction, places);
        return places + 1;
    }

    private static void Digits(Span<char> text, int value, int places)
    {
        for (var i = places - 1; i >= 0; i--, value /= 10)
            text[i] = (char)('0' + (value % 10));
    }
}
