using System.Text;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>
/// A value set ready to be asked. Answers have three values: a set of which a part is not known says <see cref="Membership.Unknown"/>
/// only where that part could hold the code. Immutable; asking allocates nothing.
/// </summary>
public sealed class CompiledValueSet
{
    private readonly MemberRule[] includes;
    private readonly MemberRule[] excludes;

    internal CompiledValueSet(string canonical, string name, IEnumerable<MemberRule> includes, IEnumerable<MemberRule> excludes)
    {
        Canonical = canonical;
        Name = name;
        this.includes = [.. includes];
        this.excludes = [.. excludes];
        Reason = this.includes.Concat(this.excludes).Select(r => r.Reason).FirstOrDefault(r => r is not null);
        KnownSystems = [.. this.includes.SelectMany(r => r.KnownSystems).DistinctBy(Encoding.UTF8.GetString)];
        Systems = Array.Exists(this.includes, r => r.Systems is null) ? null : KnownSystems;
        Cost = this.includes.Concat(this.excludes).Sum(r => r.Cost);
    }

    /// <summary>URL, with <c>|version</c> if the definition has one.</summary>
    public string Canonical { get; }

    public string Name { get; }

    /// <summary>Whether every question is answered with yes or no.</summary>
    public bool IsExpandable => Reason is null;

    /// <summary>Why a part of it is not known: one sentence that names the code system or value set; null if all is known.</summary>
    public string? Reason { get; }

    /// <summary>Systems of possible members, UTF-8; null if they could have any.</summary>
    internal byte[][]? Systems { get; }

    /// <summary>Systems of the members that are known, UTF-8.</summary>
    internal byte[][] KnownSystems { get; }

    /// <summary>How many simple rules an answer takes at most.</summary>
    internal long Cost { get; }

    /// <summary>The codes known to be members, in no order; null if they are given by a grammar and cannot be listed.</summary>
    internal IEnumerable<CodedConcept>? Codes =>
        Array.Exists(includes, r => r.Codes is null) ? null : includes.SelectMany(r => r.Codes!).Where(IsMember).DistinctBy(c => (c.System, c.Code));

    /// <param name="system">Coding.system as UTF-8, unescaped; empty if there is none.</param>
    /// <param name="code">Coding.code as UTF-8, unescaped.</param>
    public Membership Check(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        var included = Any(includes, system, code);
        if (included == Membership.NotMember || excludes.Length == 0)
            return included;
        return Any(excludes, system, code) switch
        {
            Membership.Member => Membership.NotMember,
            Membership.Unknown => Membership.Unknown,
            _ => included,
        };
    }

    /// <summary>For an element of type code, uri or string, which names no system: whether the code is a member with any system.</summary>
    /// <param name="code">The value as UTF-8, unescaped.</param>
    public Membership CheckCode(ReadOnlySpan<byte> code)
    {
        var result = Systems is null ? Membership.Unknown : Membership.NotMember;
        foreach (var system in KnownSystems)
        {
            var own = Check(system, code);
            if (own == Membership.Member)
                return own;
            if (own == Membership.Unknown)
                result = own;
        }
        return result;
    }

    /// <summary>Whether a member could have this system.</summary>
    public bool AllowsSystem(ReadOnlySpan<byte> system)
    {
        if (Systems is null)
            return true;
        foreach (var allowed in Systems)
            if (system.SequenceEqual(allowed))
                return true;
        return false;
    }

    public override string ToString() => Canonical;

    private static Membership Any(MemberRule[] rules, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        var result = Membership.NotMember;
        foreach (var rule in rules)
        {
            var own = rule.Check(system, code);
            if (own == Membership.Member)
                return own;
            if (own == Membership.Unknown)
                result = own;
        }
        return result;
    }

    private bool IsMember(CodedConcept concept) =>
        Check(Encoding.UTF8.GetBytes(concept.System), Encoding.UTF8.GetBytes(concept.Code)) == Membership.Member;
}
