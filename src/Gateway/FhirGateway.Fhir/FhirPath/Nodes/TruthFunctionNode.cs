namespace FhirGateway.Fhir.FhirPath;

/// <summary>A function that gives one boolean or nothing.</summary>
internal sealed class TruthFunctionNode(string name, PathNode input, PathNode[] arguments, TruthFunctionNode.Body body) : TruthNode
{
    private readonly PathNode[] operands = [input, .. arguments];

    /// <summary>Says what is true of the input, which is all above <paramref name="start"/>; what it leaves there is dropped.</summary>
    public delegate Truth Body(PathMachine m, int start, PathNode[] arguments, int position);

    public string Name => name;
    public override ReadOnlySpan<PathNode> Operands => operands;

    public override Truth Test(PathMachine m)
    {
        if (!m.Step())
            return Truth.Empty;
        var start = m.Top;
        input.Push(m);
        var result = body(m, start, arguments, Position);
        m.Reset(start);
        return result;
    }
}
