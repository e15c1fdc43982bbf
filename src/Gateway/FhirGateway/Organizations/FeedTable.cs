using System.Collections.Immutable;

namespace FhirGateway.Organizations;

/// <summary>A source's own rows of a code table: they go before the built-in ones.</summary>
public sealed record FeedTable
{
    /// <summary>Name of the table, such as disposition.</summary>
    public required string Name { get; init; }
    public ImmutableArray<FeedCode> Rows { get => field.IsDefault ? [] : field; init; } = [];
}
