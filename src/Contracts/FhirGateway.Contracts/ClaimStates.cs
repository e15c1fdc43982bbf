using System.Collections.Immutable;

namespace FhirGateway.Contracts;

/// <summary>The values of <c>claim.state</c> in a stream entry.</summary>
public static class ClaimStates
{
    /// <summary>Not adjudicated: expected, not paid.</summary>
    public const string Partial = "partial";

    /// <summary>Adjudicated, the first of its claim; also a denial.</summary>
    public const string Final = "final";

    /// <summary>Adjudicated, after an adjudicated version that it replaces.</summary>
    public const string Adjusted = "adjusted";

    /// <summary>Cancels the claim, or was itself taken back.</summary>
    public const string Reversed = "reversed";

    /// <summary>Every state, in the order in which the gateway numbers them from 0.</summary>
    public static readonly ImmutableArray<string> All = [Partial, Final, Adjusted, Reversed];
}
