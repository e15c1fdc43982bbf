using System.Collections.Immutable;
using FhirGateway.Attributions;

namespace FhirGateway.Adapters.Csv;

/// <summary>What a table of people holds.</summary>
public sealed record RosterFile
{
    public ImmutableArray<RosterRow> Rows { get; init; } = [];

    /// <summary>Rows that cannot be taken, in the order of the file.</summary>
    public ImmutableArray<RejectedRow> Rejected { get; init; } = [];

    /// <summary>Why the file as a whole cannot be taken, without any value of it; null if it can. Then nothing else is set.</summary>
    public string? Fault { get; init; }
}
