namespace FhirGateway.Fhir.FhirPath;

/// <summary>A function that gives a collection.</summary>
internal sealed class FunctionNode(string name, PathNode input, PathNode[] arguments, FunctionNode.Body body) : PathNode
{
    private readonly PathNode[] operands = [input, .. arguments];

    /// <summary>Replaces the input, which is all above <paramref name="start"/>, by the result.</summary>
    public delegate void Body(PathMachine m, int start, PathNode[] arguments, int position);

    public string Name => name;
    public override ReadOnlySpan<PathNode> Operands => operands;

    public override void Push(PathMachine m)
    {
        if (!m.Step())
            return;
        var start = m.Top;
        input.Push(m);
        body(m, start, arguments, Position);
    }
}
