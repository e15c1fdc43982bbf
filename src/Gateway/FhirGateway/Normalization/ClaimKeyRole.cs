namespace FhirGateway.Normalization;

/// <summary>What a key of a claim names. The numbers are stored.</summary>
public enum ClaimKeyRole
{
    /// <summary>The claim, over all its versions.</summary>
    Claim = 0,

    /// <summary>This version of it.</summary>
    Version = 1,

    /// <summary>A version that this one replaces.</summary>
    Prior = 2,

    /// <summary>The version that replaces this one.</summary>
    ReplacedBy = 3,
}
