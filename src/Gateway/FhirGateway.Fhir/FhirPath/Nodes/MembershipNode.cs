namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>in</c> and <c>contains</c>. The operands of a union are looked at one after the other, as far as needed.</summary>
internal sealed class MembershipNode(PathNode item, PathNode collection) : TruthNode
{
    private readonly PathNode[] operands = [item, collection];
    private readonly PathNode[] parts = [.. Parts(collection)];

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override Truth Test(PathMachine m)
    {
        if (!m.Step())
            return Truth.Empty;
        var start = m.Top;
        item.Push(m);
        if (!m.TakeSingle(start, Position, out var one))
            return Truth.Empty;
        foreach (var part in parts)
        {
            if (part is LiteralNode { Value: { Kind: ItemKind.String } literal })
            {
                if (m.EqualsLiteral(one, literal) == Truth.True)
                    return Truth.True;
                continue;
            }
            part.Push(m);
            var found = m.IsIn(one, start, m.Top);
            m.Reset(start);
            if (found)
                return Truth.True;
        }
        return Truth.False;
    }

    private static IEnumerable<PathNode> Parts(PathNode node) =>
        node is UnionNode union ? Parts(union.Operands[0]).Concat(Parts(union.Operands[1])) : [node];
}
