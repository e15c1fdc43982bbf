using System.Collections.Immutable;
using FhirGateway.Normalization;

namespace FhirGateway.Processing;

/// <summary>One line of a bulk file after the pure stages: a resource with its labels, deletions, or the reason to hold it.</summary>
public sealed record BulkItem
{
    public required int File { get; init; }
    public required long Line { get; init; }
    public NormalizedResource? Resource { get; init; }
    public string Labels { get; init; } = "";

    /// <summary>Whether the resource says that it is a part of one (tag SUBSETTED): it must not take the place of a whole one.</summary>
    public bool IsSubsetted { get; init; }

    /// <summary>What the source deleted, by the ids that it gave; for lines of a file of deletions.</summary>
    public ImmutableArray<(string Type, string Id)> Deletions { get; init; } = [];

    /// <summary>Errors and warnings of validation, by severity and key; by default they are passed, not held.</summary>
    public ImmutableArray<KeyValuePair<string, int>> Findings { get; init; } = [];

    /// <summary>Where each of the findings was met first, as FHIRPath.</summary>
    public ImmutableArray<string> Expressions { get; init; } = [];

    /// <summary>A code of <see cref="Contracts.ReasonCodes"/> where the line is held.</summary>
    public string? Reason { get; init; }
    public string Detail { get; init; } = "";

    /// <summary>The first line of a block of organised output (Bulk Data, "organizeOutputBy"): it is read over.</summary>
    public bool IsBlockHeader { get; init; }

    public override string ToString() => $"BulkItem({File}:{Line})";
}
