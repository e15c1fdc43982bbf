namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>&amp;</c>: nothing counts as an empty string.</summary>
internal sealed class ConcatenationNode(PathNode left, PathNode right) : PathNode
{
    private static readonly PathItem EmptyText = PathItem.OfText([], 0, 0);
    private readonly PathNode[] operands = [left, right];

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m)
    {
        if (!m.Step())
            return;
        var start = m.Top;
        if (TryText(m, left, start, out var x) && TryText(m, right, start, out var y))
            m.Push(m.Join(x, y));
    }

    private bool TryText(PathMachine m, PathNode side, int start, out PathItem text)
    {
        side.Push(m);
        text = EmptyText;
        if (!m.TakeSingle(start, Position, out var item))
            return !m.IsStopped;
        if (m.TryString(item, out text))
            return true;
        if (m.TryAtom(item, out var atom))
            m.Fail("& joins strings only", Position);
        _ = atom;
        text = EmptyText;
        return !m.IsStopped;
    }
}
