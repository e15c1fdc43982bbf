namespace FhirGateway.Simulation.Payers.Submitting;

/// <summary>Which text of <c>$bulk-submit</c> a provider follows.</summary>
public enum ProviderDialect
{
    /// <summary>4.0.0-ballot of July 2026.</summary>
    Ballot4,

    /// <summary>The drafts of 2025: complete and aborted, URLs as strings, FHIRBaseUrl.</summary>
    Draft2025,
}
