namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>iif(criterion, then, otherwise)</c>: the input, if there is one, is the focus of all three.</summary>
internal sealed class IifNode(PathNode input, PathNode[] arguments) : PathNode
{
    private readonly PathNode[] operands = [input, .. arguments];

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m)
    {
        if (!m.Step())
            return;
        var start = m.Top;
        input.Push(m);
        if (m.Top - start > 1)
        {
            m.Fail("iif() is for one item", Position);
            return;
        }
        var (focus, index) = (m.This, m.Index);
        if (m.Top > start && input is not FocusNode { Which: FocusNode.Name.This })
        {
            m.This = m[start];
            m.Index = 0;
        }
        m.Reset(start);
        if (arguments[0].Test(m) == Truth.True)
            arguments[1].Push(m);
        else if (arguments.Length > 2)
            arguments[2].Push(m);
        m.This = focus;
        m.Index = index;
    }
}
