using System.Text;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Codes of one system of which at most some are known: what cannot be a member has a wrong form or is known not to be selected.</summary>
/// <param name="system">The system.</param>
/// <param name="reason">Why the codes are not known.</param>
/// <param name="selected">Codes known to be members.</param>
/// <param name="known">All codes that are known.</param>
/// <param name="couldBe">A condition on the code alone that every member satisfies.</param>
/// <param name="list">The codes known to be members.</param>
internal sealed class OpenRule(
    string system,
    string reason,
    CodeTable? selected = null,
    CodeTable? known = null,
    Func<ReadOnlySpan<byte>, bool>? couldBe = null,
    Func<IEnumerable<CodedConcept>>? list = null) : MemberRule
{
    private readonly byte[][] systems = [Encoding.UTF8.GetBytes(system)];

    public override string Reason => reason;

    public override byte[][] Systems => systems;

    public override IEnumerable<CodedConcept> Codes => list?.Invoke() ?? [];

    public override Membership Check(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        if (!system.SequenceEqual(systems[0]))
            return Membership.NotMember;
        if (selected is not null && selected.Contains(code))
            return Membership.Member;
        if (known is not null && known.Contains(code))
            return Membership.NotMember;
        return CodeSyntax.Check(system, code) == CodeCheck.Malformed || couldBe?.Invoke(code) == false
            ? Membership.NotMember
            : Membership.Unknown;
    }
}
