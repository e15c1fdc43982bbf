using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// A manifest of Bulk Data (versions 1 to 4 and the dialects of 2025), or one page of one: of an export, or what a
/// <c>$bulk-submit</c> points to.
/// </summary>
public sealed record BulkManifest
{
    /// <summary><c>transactionTime</c> as written, so that it can be sent back as <c>_since</c>; null where there is none that is an instant.</summary>
    public string? TransactionTime { get; init; }

    /// <summary><c>request</c>: the kick-off URL that it answers. Never shown whole.</summary>
    public string? Request { get; init; }

    /// <summary>Whether its files want the access token. Where false or absent the token must not be sent.</summary>
    public required bool RequiresAccessToken { get; init; }

    /// <summary><c>outputFormat</c>; null means NDJSON.</summary>
    public string? OutputFormat { get; init; }

    /// <summary><c>outputOrganizedBy</c>: the type that blocks of lines belong to.</summary>
    public string? OutputOrganizedBy { get; init; }

    /// <summary>Its files in the order of output, deleted, outcome, each URL once.</summary>
    public required ImmutableArray<ManifestFile> Files { get; init; }

    /// <summary>The next page.</summary>
    public Uri? Next { get; init; }

    public IEnumerable<ManifestFile> Of(ManifestFileKind kind) => Files.Where(f => f.Kind == kind);

    public override string ToString() => $"BulkManifest({Files.Length} files)";
}
