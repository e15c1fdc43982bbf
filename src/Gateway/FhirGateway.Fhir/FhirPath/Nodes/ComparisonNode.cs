namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>.</summary>
internal sealed class ComparisonNode(string op, PathNode left, PathNode right) : TruthNode
{
    private readonly PathNode[] operands = [left, right];
    private readonly bool less = op[0] == '<';
    private readonly bool orEqual = op.Length == 2;

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override Truth Test(PathMachine m)
    {
        if (!m.Step())
            return Truth.Empty;
        var start = m.Top;
        left.Push(m);
        var hasLeft = m.TakeSingle(start, Position, out var x);
        right.Push(m);
        if (!m.TakeSingle(start, Position, out var y) || !hasLeft || m.Compare(x, y, Position) is not { } order)
            return Truth.Empty;
        return (order == 0 ? orEqual : order < 0 == less) ? Truth.True : Truth.False;
    }
}
