namespace FhirGateway.Fhir.FhirPath;

/// <summary>A date, a date and time, or a time of day, to some precision.</summary>
/// <param name="Ticks">100 ns since 0001-01-01, in its own zone; of a time of day since midnight.</param>
/// <param name="Precision">What is given.</param>
/// <param name="Digits">Digits of the fraction of a second.</param>
/// <param name="Offset">Minutes east of UTC, or <see cref="NoOffset"/>.</param>
internal readonly record struct Temporal(long Ticks, TemporalPrecision Precision, int Digits, int Offset)
{
    public const int NoOffset = int.MinValue;

    /// <summary>What a zone may be where none is given: 14 hours east to 12 hours west.</summary>
    private const long Eastmost = 14 * TimeSpan.TicksPerHour;
    private const long Westmost = 12 * TimeSpan.TicksPerHour;

    public bool HasOffset => Offset != NoOffset;

    private long UtcTicks => Ticks - (Offset * TimeSpan.TicksPerMinute);

    /// <summary>
    /// Compares two dates, or two times, from the year downward to the first difference (FHIRPath, "Comparison");
    /// null if the less precise one leaves it open.
    /// </summary>
    public static int? Compare(Temporal x, Temporal y)
    {
        var precision = x.Precision < y.Precision ? x.Precision : y.Precision;
        var (left, right) = (x.Ticks, y.Ticks);
        if (precision > TemporalPrecision.Day && x.HasOffset && y.HasOffset)
            (left, right) = (x.UtcTicks, y.UtcTicks);
        else if (precision > TemporalPrecision.Day && x.HasOffset != y.HasOffset)
            return x.HasOffset ? CompareOpen(x.UtcTicks, y.Ticks) : -CompareOpen(y.UtcTicks, x.Ticks);
        var order = Truncate(left, precision).CompareTo(Truncate(right, precision));
        return order != 0 ? order : x.Precision == y.Precision ? 0 : null;
    }

    /// <summary>The largest moment, in its own zone, that has this text as its beginning.</summary>
    public long LastTick => Truncate(Ticks, Precision) + Precision switch
    {
        TemporalPrecision.Year => new DateTime(Ticks) is var d && d.Year < 9999 ? d.AddYears(1).Ticks - d.Ticks - 1 : 0,
        TemporalPrecision.Month => DateTime.DaysInMonth(new DateTime(Ticks).Year, new DateTime(Ticks).Month) * TimeSpan.TicksPerDay - 1,
        TemporalPrecision.Day => TimeSpan.TicksPerDay - 1,
        TemporalPrecision.Hour => TimeSpan.TicksPerHour - 1,
        TemporalPrecision.Minute => TimeSpan.TicksPerMinute - 1,
        _ => 0,
    };

    public static long Truncate(long ticks, TemporalPrecision precision)
    {
        switch (precision)
        {
            case TemporalPrecision.Second:
                return ticks;
            case TemporalPrecision.Minute:
                return ticks - (ticks % TimeSpan.TicksPerMinute);
            case TemporalPrecision.Hour:
                return ticks - (ticks % TimeSpan.TicksPerHour);
            case TemporalPrecision.Day:
                return ticks - (ticks % TimeSpan.TicksPerDay);
        }
        var date = new DateTime(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks));
        return new DateTime(date.Year, precision == TemporalPrecision.Year ? 1 : date.Month, 1).Ticks;
    }

    private static int? CompareOpen(long utc, long local)
    {
        if (utc < local - Eastmost)
            return -1;
        return utc > local + Westmost ? 1 : null;
    }
}
