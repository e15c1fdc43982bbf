namespace FhirGateway.Fhir.FhirPath;

/// <summary>The children of one name: <c>input.name</c>.</summary>
internal sealed class ChildNode(PathNode input, string name) : PathNode
{
    private readonly PathNode[] operands = [input];

    public ElementName Name { get; } = new(name);
    public PathNode Input => input;
    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m)
    {
        if (!m.Step())
            return;
        var start = m.Top;
        input.Push(m);
        var end = m.Top;
        for (var i = start; i < end && m.Step(); i++)
        {
            var item = m[i];
            m.PushChildren(item, Name);
        }
        m.MoveDown(end, start);
    }
}
