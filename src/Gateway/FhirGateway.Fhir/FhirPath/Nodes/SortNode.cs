namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>sort(keys)</c>: a minus before a key turns its order round, for strings too; what has no value comes first either way.</summary>
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
        var values = Keys(m, start, count);
        var rows = new int[count];
        for (var i = 0; i < count; i++)
            rows[i] = i;
        Sort(m, values, rows, new int[count], 0, count);
        if (m.IsStopped)
            return;
        var sorted = Array.ConvertAll(rows, i => m[start + i]);
        for (var i = 0; i < count; i++)
            m[start + i] = sorted[i];
    }

    /// <summary>Merges halves: an order that is none (values that do not compare) harms nothing.</summary>
    private void Sort(PathMachine m, PathItem?[] values, int[] rows, int[] spare, int from, int to)
    {
        if (to - from < 2 || m.IsStopped)
            return;
        var middle = (from + to) / 2;
        Sort(m, values, rows, spare, from, middle);
        Sort(m, values, rows, spare, middle, to);
        var (left, right) = (from, middle);
        for (var i = from; i < to; i++)
        {
            var takesLeft = right == to || (left < middle && Order(m, values, rows[left], rows[right]) <= 0);
            spare[i] = takesLeft ? rows[left++] : rows[right++];
        }
        Array.Copy(spare, from, rows, from, to - from);
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
            if (left.HasValue != right.HasValue)
                return left.HasValue ? 1 : -1;
            var order = left is { } a && right is { } b ? m.CompareAtoms(a, b, Position) ?? 0 : 0;
            if (order != 0)
                return keys[k].IsDescending ? -order : order;
        }
        return 0;
    }
}
