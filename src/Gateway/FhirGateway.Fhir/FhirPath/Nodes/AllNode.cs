namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>all(criteria)</c>.</summary>
internal sealed class AllNode(PathNode input, PathNode criteria) : TruthNode
{
    private readonly PathNode[] operands = [input, criteria];

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override Truth Test(PathMachine m)
    {
        var start = m.Top;
        input.Push(m);
        var end = m.Top;
        var (focus, index) = (m.This, m.Index);
        var result = Truth.True;
        for (var i = start; i < end && result == Truth.True && m.Step(); i++)
        {
            m.This = m[i];
            m.Index = i - start;
            if (criteria.Test(m) != Truth.True)
                result = Truth.False;
        }
        m.This = focus;
        m.Index = index;
        m.Reset(start);
        return result;
    }
}
