namespace FhirGateway.Fhir.FhirPath;

/// <summary>Math (FHIRPath, "Math"). A result that is no number gives nothing.</summary>
internal static class MathFunctions
{
    public static void Add(FunctionTable.AddFunction add)
    {
        add("abs", 0, 0, (m, s, _, p) => Keep(m, s, p, Math.Abs));
        add("ceiling", 0, 0, (m, s, _, p) => Whole(m, s, p, decimal.Ceiling));
        add("floor", 0, 0, (m, s, _, p) => Whole(m, s, p, decimal.Floor));
        add("truncate", 0, 0, (m, s, _, p) => Whole(m, s, p, decimal.Truncate));
        add("exp", 0, 0, (m, s, _, p) => Real(m, s, p, Math.Exp));
        add("ln", 0, 0, (m, s, _, p) => Real(m, s, p, Math.Log));
        add("sqrt", 0, 0, (m, s, _, p) => Real(m, s, p, Math.Sqrt));
        add("log", 1, 1, (m, s, a, p) => Real(m, s, a, p, Math.Log));
        add("power", 1, 1, Power);
        add("round", 0, 1, Round);
    }

    private static bool TryNumber(PathMachine m, int start, int position, out PathItem number)
    {
        if (!m.TakeAtom(start, position, out number))
            return false;
        if (number.Kind is ItemKind.Integer or ItemKind.Decimal or ItemKind.Quantity)
            return true;
        m.Fail("The function is for numbers", position);
        return false;
    }

    private static bool TryArgument(PathMachine m, PathNode argument, out PathItem number)
    {
        if (!m.TrySingle(argument, out var item) || !m.TryAtom(item, out number))
        {
            number = default;
            return false;
        }
        if (number.Kind is ItemKind.Integer or ItemKind.Decimal)
            return true;
        m.Fail("A number is expected here", argument.Position);
        return false;
    }

    private static void Keep(PathMachine m, int start, int position, Func<decimal, decimal> function)
    {
        if (!TryNumber(m, start, position, out var number))
            return;
        if (number.Kind == ItemKind.Integer)
            PushWhole(m, function(number.Integer));
        else
            m.Push(number.WithNumber(function(number.Number)));
    }

    private static void Whole(PathMachine m, int start, int position, Func<decimal, decimal> function)
    {
        if (!TryNumber(m, start, position, out var number))
            return;
        if (number.Kind == ItemKind.Quantity)
            m.Push(number.WithNumber(function(number.Number)));
        else
            PushWhole(m, function(number.Decimal));
    }

    private static void PushWhole(PathMachine m, decimal value)
    {
        if (value is >= int.MinValue and <= int.MaxValue)
            m.Push(PathItem.Of((long)value));
    }

    private static void Real(PathMachine m, int start, int position, Func<double, double> function)
    {
        if (TryNumber(m, start, position, out var number) && number.Kind != ItemKind.Quantity)
            PushReal(m, function((double)number.Decimal));
    }

    private static void Real(PathMachine m, int start, PathNode[] arguments, int position, Func<double, double, double> function)
    {
        if (TryNumber(m, start, position, out var number) && number.Kind != ItemKind.Quantity && TryArgument(m, arguments[0], out var other))
            PushReal(m, function((double)number.Decimal, (double)other.Decimal));
    }

    private static void PushReal(PathMachine m, double value)
    {
        if (double.IsFinite(value) && Math.Abs(value) < 7.9e27)
            m.Push(PathItem.Of((decimal)value));
    }

    private static void Power(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (!TryNumber(m, start, position, out var number) || number.Kind == ItemKind.Quantity || !TryArgument(m, arguments[0], out var exponent))
            return;
        var value = Math.Pow((double)number.Decimal, (double)exponent.Decimal);
        if (number.Kind == ItemKind.Integer && exponent is { Kind: ItemKind.Integer, Integer: >= 0 })
        {
            if (Math.Abs(value) <= int.MaxValue)
                m.Push(PathItem.Of((long)Math.Round(value)));
            return;
        }
        PushReal(m, value);
    }

    private static void Round(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (!TryNumber(m, start, position, out var number))
            return;
        long digits = 0;
        if (arguments.Length > 0 && !m.TryInteger(arguments[0], out digits))
            return;
        if (digits < 0)
        {
            m.Fail("round() takes no negative precision", position);
            return;
        }
        if (number.Kind == ItemKind.Integer)
            m.Push(number);
        else
            m.Push(number.WithNumber(Math.Round(number.Number, (int)Math.Min(digits, 28), MidpointRounding.AwayFromZero)));
    }
}
