namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>sum</c>, <c>min</c>, <c>max</c>, <c>avg</c>: short for <c>aggregate</c> (FHIRPath, "Aggregates"). Nothing gives nothing.</summary>
internal static class StatisticFunctions
{
    public static void Add(FunctionTable.AddFunction add)
    {
        add("sum", 0, 0, (m, s, _, p) => Sum(m, s, p, isMean: false));
        add("avg", 0, 0, (m, s, _, p) => Sum(m, s, p, isMean: true));
        add("min", 0, 0, (m, s, _, p) => Extreme(m, s, p, sign: -1));
        add("max", 0, 0, (m, s, _, p) => Extreme(m, s, p, sign: 1));
    }

    private static void Sum(PathMachine m, int start, int position, bool isMean)
    {
        var count = m.Top - start;
        PathItem? total = null;
        for (var i = start; i < m.Top && m.Step(); i++)
        {
            if (!m.TryAtom(m[i], out var atom))
            {
                total = null;
                break;
            }
            if (atom.Kind is not (ItemKind.Integer or ItemKind.Decimal or ItemKind.Quantity))
            {
                m.Fail("The function is for numbers and quantities", position);
                return;
            }
            total = total is { } sum ? Plus(m, sum, atom, position) : atom;
            if (total is null)
                break;
        }
        m.Reset(start);
        if (total is not { } result)
            return;
        if (!isMean)
            m.Push(result);
        else if (result.Kind == ItemKind.Quantity)
            m.Push(result.WithNumber(result.Number / count));
        else
            m.Push(PathItem.Of(result.Decimal / count));
    }

    private static PathItem? Plus(PathMachine m, in PathItem x, in PathItem y, int position)
    {
        if (x.Kind == ItemKind.Quantity || y.Kind == ItemKind.Quantity)
        {
            if (x.Kind != y.Kind)
                m.Fail("Numbers and quantities have no sum", position);
            return x.Kind == y.Kind && UnitConversion.TryConvert(y, x, out var converted)
                && Numbers.Checked(decimal.Add, x.Number, converted) is { } sum ? x.WithNumber(sum) : null;
        }
        if (x.Kind == ItemKind.Integer && y.Kind == ItemKind.Integer)
            return x.Integer + y.Integer is >= int.MinValue and <= int.MaxValue and var whole ? PathItem.Of(whole) : null;
        return Numbers.Checked(decimal.Add, x.Decimal, y.Decimal) is { } number ? PathItem.Of(number) : null;
    }

    private static void Extreme(PathMachine m, int start, int position, int sign)
    {
        PathItem? best = null;
        for (var i = start; i < m.Top && m.Step(); i++)
        {
            if (!m.TryAtom(m[i], out var atom) || (best is { } other && m.CompareAtoms(atom, other, position) is null))
            {
                best = null;
                break;
            }
            if (best is not { } known || m.CompareAtoms(atom, known, position) * sign > 0)
                best = atom;
        }
        m.Reset(start);
        if (best is { } result)
            m.Push(result);
    }
}
