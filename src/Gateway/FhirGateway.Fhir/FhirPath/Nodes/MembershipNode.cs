namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>in</c> and <c>contains</c>.</summary>
internal sealed class MembershipNode(PathNode item, PathNode collection) : TruthNode
{
    private readonly PathNode[] operands = [item, collection];

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override Truth Test(PathMachine m)
    {
        if (!m.Step())
            return Truth.Empty;
        var start = m.Top;
        item.Push(m);
        if (!m.TakeSingle(start, Position, out var one))
            return Truth.Empty;
        collection.Push(m);
        var found = m.IsIn(one, start, m.Top);
        m.Reset(start);
        return found ? Truth.True : Truth.False;
    }
}
