using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Codes that satisfy every part (http://hl7.org/fhir/R4/valueset.html#compositions: a system and value sets within one include).</summary>
internal sealed class IntersectionRule(MemberRule[] parts) : MemberRule
{
    public override string? Reason { get; } = parts.Select(p => p.Reason).FirstOrDefault(r => r is not null);

    public override byte[][]? Systems { get; } = parts.Select(p => p.Systems).Aggregate(Meet);

    public override byte[][] KnownSystems => Systems ?? [.. parts.SelectMany(p => p.KnownSystems)];

    public override long Cost { get; } = parts.Sum(p => p.Cost);

    public override IEnumerable<CodedConcept>? Codes =>
        parts.FirstOrDefault(p => p.Codes is not null && p.Reason is null) is { } listed ? listed.Codes!.Where(IsMember) : null;

    public override Membership Check(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        var result = Membership.Member;
        foreach (var part in parts)
        {
            var own = part.Check(system, code);
            if (own == Membership.NotMember)
                return own;
            if (own == Membership.Unknown)
                result = own;
        }
        return result;
    }

    private bool IsMember(CodedConcept concept) =>
        Check(System.Text.Encoding.UTF8.GetBytes(concept.System), System.Text.Encoding.UTF8.GetBytes(concept.Code)) == Membership.Member;

    private static byte[][]? Meet(byte[][]? left, byte[][]? right) =>
        left is null ? right : right is null ? left : [.. left.Where(l => right.Any(r => r.AsSpan().SequenceEqual(l)))];
}
