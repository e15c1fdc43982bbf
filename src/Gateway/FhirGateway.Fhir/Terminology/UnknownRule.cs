using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Any code of any system might be a member.</summary>
internal sealed class UnknownRule(string reason) : MemberRule
{
    public override string Reason => reason;

    public override byte[][]? Systems => null;

    public override IEnumerable<CodedConcept> Codes => [];

    public override Membership Check(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code) =>
        CodeSyntax.Check(system, code) == CodeCheck.Malformed ? Membership.NotMember : Membership.Unknown;
}
