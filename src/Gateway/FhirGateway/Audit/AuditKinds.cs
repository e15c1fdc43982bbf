namespace FhirGateway.Audit;

/// <summary>The kinds of audit records.</summary>
public static class AuditKinds
{
    /// <summary>An entry was accepted, with its outcome.</summary>
    public const string Accepted = "accepted";

    /// <summary>Whose data went to whom, when, why, under which agreement, from which source (45 CFR 164.528(b)(2)).</summary>
    public const string Disclosure = "disclosure";

    /// <summary>A non-empty read or delivery, written before its first byte.</summary>
    public const string Delivery = "delivery";

    /// <summary>Access was refused.</summary>
    public const string Refused = "refused";

    /// <summary>An operator changed something.</summary>
    public const string Change = "change";

    /// <summary>A bulk submission was worked through, or taken back.</summary>
    public const string Submission = "submission";

    /// <summary>A person link was made, merged or undone.</summary>
    public const string Link = "link";
}
