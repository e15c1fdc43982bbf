namespace FhirGateway.FeedHealth;

/// <summary>What became of one message, as far as its feed is concerned.</summary>
public enum FeedOutcome
{
    /// <summary>Accepted and worked through.</summary>
    Taken,

    /// <summary>Accepted again: the same bytes under the same MSH-10.</summary>
    Repeated,

    /// <summary>Accepted and held, with a reason.</summary>
    Held,

    /// <summary>Answered AR, or AE where nobody could be found to keep it for; not stored.</summary>
    Refused,
}
