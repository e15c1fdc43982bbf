namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>not()</c>.</summary>
internal sealed class NotNode(PathNode input) : TruthNode
{
    private readonly PathNode[] operands = [input];

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override Truth Test(PathMachine m) => input.Test(m) switch
    {
        Truth.True => Truth.False,
        Truth.False => Truth.True,
        _ => Truth.Empty,
    };
}
