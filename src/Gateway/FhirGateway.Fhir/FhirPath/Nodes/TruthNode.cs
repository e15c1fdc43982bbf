namespace FhirGateway.Fhir.FhirPath;

/// <summary>A step whose result is one boolean or nothing.</summary>
internal abstract class TruthNode : PathNode
{
    public sealed override void Push(PathMachine m) => m.Push(Test(m));

    public sealed override bool Any(PathMachine m) => Test(m) != Truth.Empty;

    public abstract override Truth Test(PathMachine m);
}
