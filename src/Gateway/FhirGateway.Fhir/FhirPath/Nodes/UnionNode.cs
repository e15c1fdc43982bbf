namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>|</c>: both collections without duplicates.</summary>
internal sealed class UnionNode(PathNode left, PathNode right) : PathNode
{
    private readonly PathNode[] operands = [left, right];

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m)
    {
        if (!m.Step())
            return;
        var start = m.Top;
        left.Push(m);
        right.Push(m);
        m.Distinct(start);
    }

    public override bool Any(PathMachine m) => left.Any(m) || right.Any(m);
}
