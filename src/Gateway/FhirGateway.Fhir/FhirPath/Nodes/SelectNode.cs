namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>select(projection)</c>.</summary>
internal sealed class SelectNode(PathNode input, PathNode projection) : PathNode
{
    private readonly PathNode[] operands = [input, projection];

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m)
    {
        var start = m.Top;
        input.Push(m);
        var end = m.Top;
        var (focus, index) = (m.This, m.Index);
        for (var i = start; i < end && m.Step(); i++)
        {
            m.This = m[i];
            m.Index = i - start;
            projection.Push(m);
        }
        m.This = focus;
        m.Index = index;
        m.MoveDown(end, start);
    }
}
