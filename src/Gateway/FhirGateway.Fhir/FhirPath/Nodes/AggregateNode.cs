namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>aggregate(aggregator, init)</c>.</summary>
internal sealed class AggregateNode(PathNode input, PathNode aggregator, PathNode? init) : PathNode
{
    private readonly PathNode[] operands = init is null ? [input, aggregator] : [input, aggregator, init];

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m)
    {
        var start = m.Top;
        input.Push(m);
        var end = m.Top;
        var (focus, index, total) = (m.This, m.Index, m.Total);
        init?.Push(m);
        m.Total = (end, m.Top - end);
        for (var i = start; i < end && m.Step(); i++)
        {
            m.This = m[i];
            m.Index = i - start;
            var result = m.Top;
            aggregator.Push(m);
            m.MoveDown(result, end);
            m.Total = (end, m.Top - end);
        }
        (m.This, m.Index, m.Total) = (focus, index, total);
        m.MoveDown(end, start);
    }
}
