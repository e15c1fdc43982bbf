using System.Text;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>Dates and times plus durations (FHIRPath, "Date/Time Arithmetic").</summary>
internal static class TemporalArithmetic
{
    /// <summary>Moves a date or time; null if it leaves the calendar.</summary>
    /// <param name="moment">From where.</param>
    /// <param name="kind">Date, date and time, or time.</param>
    /// <param name="quantity">How far. The fraction is cut off.</param>
    /// <param name="isBack">Backward.</param>
    /// <param name="isUnit">The unit is a duration of the calendar, or one of UCUM that equals it.</param>
    public static Temporal? Move(Temporal moment, ItemKind kind, in PathItem quantity, bool isBack, out bool isUnit)
    {
        var text = Encoding.UTF8.GetString(quantity.Text);
        var unit = UnitWords.Unit(text) ?? (UnitConversion.IsUneven(text) ? null : text);
        isUnit = unit is "a" or "mo" or "wk" or "d" or "h" or "min" or "s" or "ms";
        if (!isUnit || Math.Abs(quantity.Number) > 400_000_000_000_000m)
            return null;
        var amount = decimal.Truncate(quantity.Number);
        amount = isBack ? -amount : amount;
        if (kind == ItemKind.Time)
            return unit is "a" or "mo" or "wk" or "d" ? null : MoveTime(moment, amount, unit!);
        return MoveDate(moment, amount, unit!);
    }

    private static Temporal? MoveTime(Temporal time, decimal amount, string unit)
    {
        if (Ticks(Narrow(amount, unit, time.Precision, out unit), unit) is not { } delta)
            return null;
        var ticks = (time.Ticks + (delta % TimeSpan.TicksPerDay)) % TimeSpan.TicksPerDay;
        return time with { Ticks = ticks < 0 ? ticks + TimeSpan.TicksPerDay : ticks };
    }

    private static Temporal? MoveDate(Temporal moment, decimal amount, string unit)
    {
        amount = Narrow(amount, unit, moment.Precision, out unit);
        var date = new DateTime(Math.Min(moment.Ticks, DateTime.MaxValue.Ticks));
        if (unit is "a" or "mo")
        {
            var months = unit == "a" ? amount * 12 : amount;
            var total = (date.Year * 12) + date.Month - 1 + months;
            return total is >= 12 and < 120_000 ? moment with { Ticks = date.AddMonths((int)months).Ticks } : null;
        }
        if (Ticks(amount, unit) is not { } delta)
            return null;
        var ticks = moment.Ticks + delta;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? moment with { Ticks = ticks } : null;
    }

    /// <summary>A duration finer than the date is given: as many whole units of the date's precision as it holds.</summary>
    private static decimal Narrow(decimal amount, string unit, TemporalPrecision precision, out string narrowed)
    {
        narrowed = unit;
        if (unit is "a" || (unit is "mo" && precision >= TemporalPrecision.Month))
            return amount;
        if (unit is "mo")
        {
            narrowed = "a";
            return decimal.Truncate(amount / 12);
        }
        if (precision >= TemporalPrecision.Second || Ticks(amount, unit) is not { } ticks)
            return amount;
        (narrowed, var size) = precision switch
        {
            TemporalPrecision.Year => ("a", 365 * TimeSpan.TicksPerDay),
            TemporalPrecision.Month => ("mo", 30 * TimeSpan.TicksPerDay),
            TemporalPrecision.Day => ("d", TimeSpan.TicksPerDay),
            TemporalPrecision.Hour => ("h", TimeSpan.TicksPerHour),
            _ => ("min", TimeSpan.TicksPerMinute),
        };
        return ticks / size;
    }

    private static long? Ticks(decimal amount, string unit)
    {
        var size = unit switch
        {
            "wk" => 7 * TimeSpan.TicksPerDay,
            "d" => TimeSpan.TicksPerDay,
            "h" => TimeSpan.TicksPerHour,
            "min" => TimeSpan.TicksPerMinute,
            "s" => TimeSpan.TicksPerSecond,
            _ => TimeSpan.TicksPerMillisecond,
        };
        var ticks = amount * size;
        return Math.Abs(ticks) < 4_000_000_000_000_000_000m ? (long)ticks : null;
    }
}
