namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>=</c>, <c>!=</c>, <c>~</c>, <c>!~</c>.</summary>
internal sealed class EqualityNode(bool isEquivalence, bool isNegated, PathNode left, PathNode right) : TruthNode
{
    private readonly PathNode[] operands = [left, right];
    private readonly PathItem literal = (right as LiteralNode)?.Value is { Kind: ItemKind.String } value ? value : default;
    private readonly bool isLiteral = !isEquivalence && (right as LiteralNode)?.Value is { Kind: ItemKind.String };

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override Truth Test(PathMachine m)
    {
        if (!m.Step())
            return Truth.Empty;
        var start = m.Top;
        var result = isLiteral ? TestLiteral(m, start) : TestBoth(m, start);
        m.Reset(start);
        if (!isNegated || result == Truth.Empty)
            return result;
        return result == Truth.True ? Truth.False : Truth.True;
    }

    private Truth TestLiteral(PathMachine m, int start)
    {
        left.Push(m);
        var count = m.Top - start;
        if (count == 0)
            return Truth.Empty;
        return count > 1 ? Truth.False : m.EqualsLiteral(m[start], literal);
    }

    private Truth TestBoth(PathMachine m, int start)
    {
        left.Push(m);
        var middle = m.Top;
        right.Push(m);
        if (!isEquivalence)
            return m.EqualCollections(start, middle);
        return m.EquivalentCollections(start, middle) ? Truth.True : Truth.False;
    }
}
