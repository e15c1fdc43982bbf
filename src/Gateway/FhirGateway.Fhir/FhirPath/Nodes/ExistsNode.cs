namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>exists()</c> and <c>empty()</c>.</summary>
internal sealed class ExistsNode(PathNode input, bool isNegated) : TruthNode
{
    private readonly PathNode[] operands = [input];

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override Truth Test(PathMachine m) => m.Step() && input.Any(m) != isNegated ? Truth.True : Truth.False;
}
