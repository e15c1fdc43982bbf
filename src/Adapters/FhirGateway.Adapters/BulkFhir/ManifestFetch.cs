using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What became of the files of a manifest, in its order.</summary>
public sealed record ManifestFetch(ImmutableArray<ManifestFileOutcome> Files)
{
    /// <summary>Whether every file is proven.</summary>
    public bool IsWhole => Files.All(f => f.Spooled is not null);

    public IEnumerable<ManifestFileOutcome> Failed => Files.Where(f => f.Fault is not null);
}
