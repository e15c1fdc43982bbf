namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>repeat(projection)</c>: until nothing new comes, which ends on cycles too.</summary>
internal sealed class RepeatNode(PathNode input, PathNode projection) : PathNode
{
    private readonly PathNode[] operands = [input, projection];

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m)
    {
        var start = m.Top;
        input.Push(m);
        var inputEnd = m.Top;
        var (focus, index) = (m.This, m.Index);
        var seen = m.Lend();
        for (var i = start; i < m.Top && m.Step(); i++)
        {
            m.This = m[i];
            m.Index = i - start;
            var found = m.Top;
            projection.Push(m);
            var kept = found;
            for (var j = found; j < m.Top && m.Step(); j++)
            {
                var item = m[j];
                if (seen.TryAdd(m, item, kept))
                    m[kept++] = item;
            }
            m.Reset(kept);
        }
        m.GiveBack(seen);
        m.This = focus;
        m.Index = index;
        m.MoveDown(inputEnd, start);
    }
}
