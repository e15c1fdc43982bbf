using System.Collections.Immutable;

namespace FhirGateway.Normalization;

/// <summary>What validation found in one line.</summary>
/// <param name="Counts">By severity and key.</param>
/// <param name="Expressions">Where each was met first, as FHIRPath.</param>
public sealed record LineFindings(ImmutableArray<KeyValuePair<string, int>> Counts, ImmutableArray<string> Expressions)
{
    public static readonly LineFindings None = new([], []);
}
