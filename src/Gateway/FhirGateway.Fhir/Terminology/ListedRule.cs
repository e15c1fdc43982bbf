using System.Text;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Codes of one system that are all known.</summary>
internal sealed class ListedRule(string system, CodeTable codes, Func<IEnumerable<CodedConcept>> list) : MemberRule
{
    private readonly byte[][] systems = [Encoding.UTF8.GetBytes(system)];

    public override byte[][] Systems => systems;

    public override IEnumerable<CodedConcept> Codes => list();

    public override Membership Check(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code) =>
        Of(system.SequenceEqual(systems[0]) && codes.Contains(code));
}
