using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>What of a submitted manifest is stored encrypted only.</summary>
internal sealed record ManifestSecret(
    string Url,
    ImmutableArray<FileRequestHeader> Headers,
    ImmutableArray<string> OAuthMetadataUrls,
    ImmutableArray<SubmitOption> Metadata,
    ImmutableArray<SubmitOption> Import)
{
    public override string ToString() => "ManifestSecret";
}
