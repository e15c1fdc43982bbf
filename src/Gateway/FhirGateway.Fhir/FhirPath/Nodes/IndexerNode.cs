namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>input[index]</c>.</summary>
internal sealed class IndexerNode(PathNode input, PathNode index) : PathNode
{
    private readonly PathNode[] operands = [input, index];

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m)
    {
        var start = m.Top;
        input.Push(m);
        var end = m.Top;
        if (!m.TryInteger(index, out var at) || at < 0 || at >= end - start)
        {
            m.Reset(start);
            return;
        }
        m.Replace(start, m[start + (int)at]);
    }
}
