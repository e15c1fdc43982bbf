namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>is</c>, <c>as</c> and <c>ofType</c>.</summary>
internal sealed class TypeNode(TypeNode.Operator op, PathNode input, TypeSpecifier type) : PathNode
{
    private readonly PathNode[] operands = [input];

    public enum Operator
    {
        Is,
        As,
        OfType,
    }

    public Operator Which => op;
    public TypeSpecifier Type => type;
    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m)
    {
        if (!m.Step())
            return;
        var start = m.Top;
        input.Push(m);
        if (type.Resolve(m.Table).IsUnknown)
        {
            if (!m.IsInvariant)
                m.Fail($"There is no type {type.Text}", Position);
            m.IsIncomplete = true;
            m.Reset(start);
            return;
        }
        if (m.Top - start > 1 && op != Operator.OfType && !(op == Operator.As && m.IsInvariant))
        {
            m.Fail("A collection of more than one item stands where one item is expected", Position);
            return;
        }
        if (op == Operator.Is)
        {
            if (m.Top > start)
                m.Replace(start, m.IsOfType(m[start], type));
            return;
        }
        var kept = start;
        for (var i = start; i < m.Top && m.Step(); i++)
            if (m.IsExactly(m[i], type))
                m[kept++] = m[i];
        m.Reset(kept);
    }

    public override Truth Test(PathMachine m)
    {
        if (op != Operator.Is)
            return base.Test(m);
        var start = m.Top;
        Push(m);
        return m.TakeTruth(start, Position);
    }
}
