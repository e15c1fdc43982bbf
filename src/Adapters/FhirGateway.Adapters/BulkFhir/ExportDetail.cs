using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>The detail of a bulk job of kind export.</summary>
public sealed record ExportDetail
{
    /// <summary>Everything was asked for, whatever is remembered.</summary>
    public bool IsFull { get; init; }

    /// <summary>The <c>_since</c> that was given; null for what is remembered.</summary>
    public string? Since { get; init; }

    /// <summary>The types that were asked for; empty for all.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>The participant whose panel the payer is asked to match (Provider Access); null for a plain export.</summary>
    public string? Panel { get; init; }

    /// <summary>The exchanges, in order; made as the job goes on.</summary>
    public ImmutableArray<ExportStep> Steps { get; init; } = [];

    /// <summary>Whether all exchanges are in <see cref="Steps"/>.</summary>
    public bool IsPlanned { get; init; }

    /// <summary>What an operator should know, in words; bounded.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Patients of the panel: asked about, found, not found, and found but opted out.</summary>
    public int Asked { get; init; }
    public int Matched { get; init; }
    public int Unmatched { get; init; }
    public int OptedOut { get; init; }
}
