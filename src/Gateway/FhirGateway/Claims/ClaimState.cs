namespace FhirGateway.Claims;

/// <summary>Where a version stands in the life of its claim. The numbers are stored.</summary>
public enum ClaimState
{
    /// <summary>Not adjudicated: its amounts are expected at most.</summary>
    Partial = 0,

    /// <summary>Adjudicated, the first of its claim; also where nothing is paid.</summary>
    Final = 1,

    /// <summary>Adjudicated, and an adjudicated version came before it.</summary>
    Adjusted = 2,

    /// <summary>Cancels the claim, or was itself taken back.</summary>
    Reversed = 3,
}
