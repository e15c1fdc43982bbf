namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>+</c>, <c>-</c>, <c>*</c>, <c>/</c>, <c>div</c>, <c>mod</c>.</summary>
internal sealed class ArithmeticNode(string op, PathNode left, PathNode right) : PathNode
{
    private readonly PathNode[] operands = [left, right];

    public string Operator => op;
    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m)
    {
        if (!m.Step())
            return;
        var start = m.Top;
        left.Push(m);
        var hasLeft = m.TakeSingle(start, Position, out var x);
        right.Push(m);
        if (!m.TakeSingle(start, Position, out var y) || !hasLeft)
            return;
        if (!m.TryAtom(x, out var a) || !m.TryAtom(y, out var b))
        {
            if (IsComplex(x) || IsComplex(y))
                m.Fail($"{op} is not for elements that have no value", Position);
            return;
        }
        Apply(m, a, b);
    }

    private static bool IsComplex(in PathItem item) => item is { Kind: ItemKind.Node, IsPrimitive: false };

    private void Apply(PathMachine m, in PathItem a, in PathItem b)
    {
        if (op == "+" && a.Kind == ItemKind.String && b.Kind == ItemKind.String)
            m.Push(m.Join(a, b));
        else if (a.Kind == ItemKind.Integer && b.Kind == ItemKind.Integer && op != "/")
            PushWhole(m, a.Integer, b.Integer);
        else if (a.Kind is ItemKind.Integer or ItemKind.Decimal && b.Kind is ItemKind.Integer or ItemKind.Decimal)
            PushNumber(m, a.Decimal, b.Decimal);
        else if (op is "+" or "-" && a.Kind is ItemKind.Date or ItemKind.DateTime or ItemKind.Time && b.Kind == ItemKind.Quantity)
            PushMoved(m, a, b);
        else if (PathMachine.AsQuantity(a) is { } x && PathMachine.AsQuantity(b) is { } y && op is not ("div" or "mod"))
            PushQuantity(m, x, y);
        else
            m.Fail($"{op} is not for values of these types", Position);
    }

    private void PushWhole(PathMachine m, long x, long y)
    {
        if (y == 0 && op is "div" or "mod" && y == 0)
            return;
        var result = op switch { "+" => x + y, "-" => x - y, "*" => x * y, "div" => x / y, _ => x % y };
        if (result is >= int.MinValue and <= int.MaxValue)
            m.Push(PathItem.Of(result));
    }

    private void PushNumber(PathMachine m, decimal x, decimal y)
    {
        if (Calculate(x, y) is not { } result)
            return;
        if (op != "div")
            m.Push(PathItem.Of(result));
        else if (result is >= int.MinValue and <= int.MaxValue)
            m.Push(PathItem.Of((long)result));
    }

    private decimal? Calculate(decimal x, decimal y)
    {
        if (y == 0 && op is "/" or "div" or "mod" && y == 0)
            return null;
        return op switch
        {
            "+" => Numbers.Checked(decimal.Add, x, y),
            "-" => Numbers.Checked(decimal.Subtract, x, y),
            "*" => Numbers.Checked(decimal.Multiply, x, y),
            "/" => Numbers.Checked(decimal.Divide, x, y),
            "div" => Numbers.Checked(static (a, b) => decimal.Truncate(a / b), x, y),
            _ => Numbers.Checked(decimal.Remainder, x, y),
        };
    }

    private void PushQuantity(PathMachine m, in PathItem x, in PathItem y)
    {
        if (op is "+" or "-")
        {
            if (UnitConversion.TryConvert(y, x, out var converted) && Calculate(x.Number, converted) is { } sum)
                m.Push(x.WithNumber(sum));
            return;
        }
        if (Calculate(x.Number, y.Number) is not { } value)
            return;
        var unit = Unit(UnitConversion.Unit(x), UnitConversion.Unit(y));
        var text = m.MakeText(unit);
        if (text.TextBuffer is { } buffer)
            m.Push(PathItem.OfQuantity(value, buffer, text.TextStart, text.TextLength, isWord: false));
    }

    private string Unit(string x, string y)
    {
        if (y == "1")
            return x;
        if (op == "*")
            return x == "1" ? y : $"({x}).({y})";
        return x == y ? "1" : $"({x})/({y})";
    }

    private void PushMoved(PathMachine m, in PathItem moment, in PathItem quantity)
    {
        var result = TemporalArithmetic.Move(moment.Temporal, moment.Kind, quantity, op == "-", out var isUnit);
        if (!isUnit)
            m.Fail("Only durations of the calendar can be added to dates and times", Position);
        else if (result is { } moved)
            m.Push(PathItem.Of(moment.Kind, moved));
    }
}
