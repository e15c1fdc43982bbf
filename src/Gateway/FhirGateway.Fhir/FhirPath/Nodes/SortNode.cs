namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>sort(keys)</c>: a minus before a key turns its order round, for strings too; no value comes first.</summary>
internal sealed class SortNode : PathNode
{
    private readonly PathNode[] operands;
    private readonly PathNode input;
    private readonly (PathNode Key, bool IsDescending)[] keys;

    public SortNode(PathNode input, PathNode[] arguments)
    {
        this.input = input;
        operands = [input, .. arguments];
        keys = arguments.Length == 0
            ? [(new FocusNode(FocusNode.Name.This), false)]
            : [.. arguments.Select(a => a is SignNode { IsNegative: true } sign ? (sign.Operands[0], true) : (a, false))];
    }

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m)
    {
        var start = m.Top;
        input.Push(m);
        var count = m.Top - start;
        if (count < 2)
            return;
        var rows = Enumerable.Range(0, count).ToArray();
        var values = Keys(m, start, count);
        if (m.IsStopped)
            return;
        Array.Sort(rows, (x, y) => Order(m, values, x, y));
        var sorted = Array.ConvertAll(rows, i => m[start + i]);
        for (var i = 0; i < count; i++)
            m[start + i] = sorted[i];
    }

    private PathItem?[] Keys(PathMachine m, int start, int count)
    {
        var values = new PathItem?[count * keys.Length];
        var (focus, index) = (m.This, m.Index);
        for (var i = 0; i < values.Length && m.Step(); i++)
        {
            m.This = m[start + (i / keys.Length)];
            m.Index = i / keys.Length;
            if (m.TrySingle(keys[i % keys.Length].Key, out var item) && m.TryAtom(item, out var atom))
                values[i] = atom;
        }
        m.This = focus;
        m.Index = index;
        return values;
    }

    private int Order(PathMachine m, PathItem?[] values, int x, int y)
    {
        for (var k = 0; k < keys.Length && m.Step(); k++)
        {
            var (left, right) = (values[(x * keys.Length) + k], values[(y * keys.Length) + k]);
            var order = left is { } a && right is { } b ? m.CompareAtoms(a, b, Position) ?? 0 : left.HasValue.CompareTo(right.HasValue);
            if (order != 0)
                return keys[k].IsDescending ? -order : order;
        }
        return x.CompareTo(y);
    }
}
