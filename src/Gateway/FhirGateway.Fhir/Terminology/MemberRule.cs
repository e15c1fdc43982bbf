using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>One part of a compiled value set. Checking allocates nothing.</summary>
internal abstract class MemberRule
{
    /// <summary>Why some codes cannot be decided, in one sentence; null if all can.</summary>
    public virtual string? Reason => null;

    /// <summary>Systems that members can have, UTF-8; null for any.</summary>
    public abstract byte[][]? Systems { get; }

    /// <summary>Systems of the members that are known.</summary>
    public virtual byte[][] KnownSystems => Systems ?? [];

    /// <summary>How many simple rules an answer takes at most.</summary>
    public virtual long Cost => 1;

    /// <summary>The codes known to be members, each one once or more often; null if they cannot be listed.</summary>
    public virtual IEnumerable<CodedConcept>? Codes => null;

    public abstract Membership Check(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code);

    /// <summary>The answer for a code that a part holds or not.</summary>
    protected static Membership Of(bool isMember) => isMember ? Membership.Member : Membership.NotMember;
}
