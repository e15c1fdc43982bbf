using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>The codes of another value set.</summary>
internal sealed class ImportRule(CompiledValueSet set) : MemberRule
{
    public override string? Reason => set.Reason;

    public override byte[][]? Systems => set.Systems;

    public override byte[][] KnownSystems => set.KnownSystems;

    public override long Cost => set.Cost;

    public override IEnumerable<CodedConcept>? Codes => set.Codes;

    public override Membership Check(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code) => set.Check(system, code);
}
