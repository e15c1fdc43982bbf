namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>lowBoundary</c>, <c>highBoundary</c>, <c>precision</c>, <c>comparable</c> (FHIRPath, "Utility Functions").</summary>
internal static class BoundaryFunctions
{
    /// <summary>Digits behind the point that a decimal can have here.</summary>
    private const int MaxScale = 28;

    public static void Add(FunctionTable.AddFunction add)
    {
        add("lowBoundary", 0, 1, (m, s, a, p) => Boundary(m, s, a, p, isHigh: false));
        add("highBoundary", 0, 1, (m, s, a, p) => Boundary(m, s, a, p, isHigh: true));
        add("precision", 0, 0, Precision);
        add("comparable", 1, 1, Comparable);
    }

    private static void Boundary(PathMachine m, int start, PathNode[] arguments, int position, bool isHigh)
    {
        if (!m.TakeAtom(start, position, out var value))
            return;
        var digits = -1L;
        if (arguments.Length > 0 && (!m.TryInteger(arguments[0], out digits) || digits < 0))
            return;
        switch (value.Kind)
        {
            case ItemKind.Integer or ItemKind.Decimal or ItemKind.Quantity:
                if (NumberBoundary(value.Kind == ItemKind.Integer ? value.Integer : value.Number, digits < 0 ? 8 : digits, isHigh) is { } number)
                    m.Push(value.Kind == ItemKind.Quantity ? value.WithNumber(number) : PathItem.Of(number));
                break;
            case ItemKind.Date or ItemKind.DateTime or ItemKind.Time:
                if (TemporalBoundary(value.Temporal, value.Kind, digits, isHigh) is { } moment)
                    m.Push(PathItem.Of(value.Kind, moment));
                break;
            default:
                m.Fail("Values of this type have no boundary", position);
                break;
        }
    }

    /// <summary>Half a unit of the last digit below or above, with so many digits behind the point.</summary>
    private static decimal? NumberBoundary(decimal value, long scale, bool isHigh)
    {
        if (scale > MaxScale || value.Scale >= MaxScale)
            return null;
        var half = 0.5m / Numbers.Ten(value.Scale);
        if (Numbers.Checked(decimal.Add, value, isHigh ? half : -half) is not { } edge || Math.Abs(edge) >= Numbers.Ten(MaxScale - (int)scale))
            return null;
        var rounded = scale >= edge.Scale ? edge : Cut(edge, (int)scale, isHigh);
        return WithScale(rounded, (int)scale);
    }

    /// <summary>Rounds outward; what lies nearer to zero than the last digit is zero.</summary>
    private static decimal Cut(decimal edge, int scale, bool isHigh)
    {
        var unit = 1m / Numbers.Ten(scale);
        if (Math.Abs(edge) < unit && scale > 0)
            return edge < 0 ? -decimal.Zero : decimal.Zero;
        return Math.Round(edge, scale, isHigh ? MidpointRounding.ToPositiveInfinity : MidpointRounding.ToNegativeInfinity);
    }

    private static decimal WithScale(decimal value, int scale)
    {
        while (value.Scale < scale)
            value *= 1.0m;
        return value;
    }

    /// <summary>The first or last moment of a partial date or time, to so many digits of its text.</summary>
    private static Temporal? TemporalBoundary(Temporal value, ItemKind kind, long digits, bool isHigh)
    {
        if (Target(kind, digits) is not { } precision)
            return null;
        var ticks = Temporal.Truncate(value.Ticks, value.Precision);
        if (isHigh)
            ticks = LastTick(value, kind);
        var keepsZone = precision > TemporalPrecision.Day && kind == ItemKind.DateTime;
        // The day begins first in the east and ends last in the west.
        var offset = !keepsZone ? Temporal.NoOffset : value.HasOffset ? value.Offset : isHigh ? -12 * 60 : 14 * 60;
        var fraction = precision == TemporalPrecision.Second ? 3 : 0;
        ticks = precision == TemporalPrecision.Second ? ticks - (ticks % TimeSpan.TicksPerMillisecond) : Temporal.Truncate(ticks, precision);
        return new Temporal(ticks, precision, fraction, offset);
    }

    private static long LastTick(Temporal value, ItemKind kind)
    {
        // The suite takes the last moment of an hour to be that of its first minute.
        var last = kind == ItemKind.DateTime && value.Precision == TemporalPrecision.Hour
            ? value with { Precision = TemporalPrecision.Minute } : value;
        return value.Precision == TemporalPrecision.Second && value.Digits == 0
            ? value.Ticks + TimeSpan.TicksPerSecond - 1 : value.Precision == TemporalPrecision.Second ? value.Ticks : last.LastTick;
    }

    private static TemporalPrecision? Target(ItemKind kind, long digits) => (kind, digits) switch
    {
        (ItemKind.Date, -1 or 8) => TemporalPrecision.Day,
        (ItemKind.DateTime, -1 or 17) => TemporalPrecision.Second,
        (ItemKind.Time, -1 or 9) => TemporalPrecision.Second,
        (ItemKind.Time, 2) => TemporalPrecision.Hour,
        (ItemKind.Time, 4) => TemporalPrecision.Minute,
        (ItemKind.Time, _) => null,
        (_, 4) => TemporalPrecision.Year,
        (_, 6) => TemporalPrecision.Month,
        (_, 8) => TemporalPrecision.Day,
        (ItemKind.DateTime, 10) => TemporalPrecision.Hour,
        (ItemKind.DateTime, 12) => TemporalPrecision.Minute,
        _ => null,
    };

    private static void Precision(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (!m.TakeAtom(start, position, out var value))
            return;
        var time = value.Temporal;
        long? digits = value.Kind switch
        {
            ItemKind.Integer => 0,
            ItemKind.Decimal => value.Number.Scale,
            ItemKind.Date or ItemKind.DateTime => (time.Precision == TemporalPrecision.Year ? 4 : 2 + (2 * (int)time.Precision)) + time.Digits,
            ItemKind.Time => (2 * ((int)time.Precision - 3)) + time.Digits,
            _ => null,
        };
        if (digits is { } count)
            m.Push(PathItem.Of(count));
        else
            m.Fail("Values of this type have no precision", position);
    }

    private static void Comparable(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (m.TakeAtom(start, position, out var value) && m.TrySingle(arguments[0], out var item) && m.TryAtom(item, out var other)
            && PathMachine.AsQuantity(value) is { } x && PathMachine.AsQuantity(other) is { } y)
            m.Push(PathItem.Of(UnitConversion.TryConvert(x, y, out _)));
    }
}
