namespace FhirGateway.Fhir.FhirPath;

/// <summary>Unary minus and plus.</summary>
internal sealed class SignNode(bool isNegative, PathNode input) : PathNode
{
    private readonly PathNode[] operands = [input];

    public bool IsNegative => isNegative;
    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m)
    {
        var start = m.Top;
        input.Push(m);
        if (!m.TakeSingle(start, Position, out var item))
            return;
        if (!m.TryAtom(item, out var atom))
            return;
        switch (atom.Kind)
        {
            case ItemKind.Integer:
                m.Push(isNegative ? PathItem.Of(-atom.Integer) : atom);
                break;
            case ItemKind.Decimal:
                m.Push(isNegative ? PathItem.Of(-atom.Number) : atom);
                break;
            case ItemKind.Quantity:
                m.Push(isNegative ? atom.WithNumber(-atom.Number) : atom);
                break;
            default:
                m.Fail("Only a number or a quantity has a sign", Position);
                break;
        }
    }
}
