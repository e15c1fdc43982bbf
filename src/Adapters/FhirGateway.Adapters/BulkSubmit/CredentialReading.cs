using FhirGateway.Adapters.Smart;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>What gives the token for a submission's manifest (null where none is to be sent), or why there is none.</summary>
internal sealed record CredentialReading(CredentialProvider? Provider, ManifestFinding? Fault)
{
    /// <summary>When the server wants to be asked again; null where the fault is no matter of time.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static CredentialReading Refused(string code, string text) => new(null, new ManifestFinding(null, code, text));
}
