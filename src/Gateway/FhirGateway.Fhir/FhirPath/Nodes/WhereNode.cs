namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>where(criteria)</c>, and what looks no further than it needs to: <c>exists(criteria)</c> is <c>where(criteria).exists()</c>.</summary>
internal sealed class WhereNode(PathNode input, PathNode criteria) : PathNode
{
    private readonly PathNode[] operands = [input, criteria];

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m) => Run(m, stopAtFirst: false);

    public override bool Any(PathMachine m)
    {
        var start = m.Top;
        Run(m, stopAtFirst: true);
        var any = m.Top > start;
        m.Reset(start);
        return any;
    }

    private void Run(PathMachine m, bool stopAtFirst)
    {
        var start = m.Top;
        input.Push(m);
        var end = m.Top;
        var kept = start;
        var (focus, index) = (m.This, m.Index);
        for (var i = start; i < end && m.Step(); i++)
        {
            m.This = m[i];
            m.Index = i - start;
            if (criteria.Test(m) != Truth.True)
                continue;
            m[kept++] = m[i];
            if (stopAtFirst)
                break;
        }
        m.This = focus;
        m.Index = index;
        m.Reset(kept);
    }
}
