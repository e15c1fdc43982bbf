using System.Text;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Codes of a system whose specification gives a grammar or a closed list.</summary>
internal sealed class GrammarRule(string system, Func<ReadOnlySpan<byte>, Membership> grammar, Func<ReadOnlySpan<byte>, bool>? filter = null) : MemberRule
{
    private readonly byte[][] systems = [Encoding.UTF8.GetBytes(system)];

    public override byte[][] Systems => systems;

    public override Membership Check(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code) =>
        !system.SequenceEqual(systems[0]) || filter?.Invoke(code) == false ? Membership.NotMember : grammar(code);
}
