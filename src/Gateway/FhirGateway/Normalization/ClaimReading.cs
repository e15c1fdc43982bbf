namespace FhirGateway.Normalization;

/// <summary>What one version of a claim says of itself. The numbers are stored.</summary>
public enum ClaimReading
{
    /// <summary>Adjudicated; its amounts stand unless another version replaces it.</summary>
    Live = 0,

    /// <summary>Adjudicated and nothing paid.</summary>
    Denied = 1,

    /// <summary>Cancels the claim: status cancelled, a void by its codes.</summary>
    Void = 2,

    /// <summary>Not adjudicated yet: what is in it is expected, not paid.</summary>
    Pending = 3,

    /// <summary>Its processing failed.</summary>
    Rejected = 4,

    /// <summary>entered-in-error or draft: as if it had never been sent.</summary>
    Withdrawn = 5,
}
