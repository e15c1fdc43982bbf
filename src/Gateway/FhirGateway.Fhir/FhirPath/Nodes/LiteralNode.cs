namespace FhirGateway.Fhir.FhirPath;

/// <summary>A value written in the expression, or <c>{}</c>.</summary>
internal sealed class LiteralNode(PathItem? value) : PathNode
{
    private readonly PathItem item = value.GetValueOrDefault();

    public PathItem? Value => value;
    public override ReadOnlySpan<PathNode> Operands => [];

    public override void Push(PathMachine m)
    {
        if (m.Step() && value.HasValue)
            m.Push(item);
    }
}
