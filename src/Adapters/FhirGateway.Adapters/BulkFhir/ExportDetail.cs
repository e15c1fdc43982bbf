using System.Collections.Immutable;
using FhirGateway.Organizations;

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

    /// <summary>The name under which its marks are kept; null before its server was looked at.</summary>
    public string? Scope { get; init; }

    /// <summary><see cref="SourceConnection.FeedDigest"/> of the connection that it asks by; null before.</summary>
    public string? Feed { get; init; }

    /// <summary>The exchanges, in order; made as the job goes on.</summary>
    public ImmutableArray<ExportStep> Steps { get; init; } = [];

    /// <summary>Whether all exchanges are in <see cref="Steps"/>.</summary>
    public bool IsPlanned { get; init; }

    /// <summary>Whether it asks for what the source's standing feed asks for, so that what it brings counts for the next export.</summary>
    public bool IsStandingFor(SourceConnection connection) =>
        Since is null && Types.SequenceEqual(connection.Types) && (Feed is null || Feed == connection.FeedDigest());

    /// <summary>What an operator should know, in words; bounded.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Patients of the panel: asked about, found, not found, and found but opted out.</summary>
    public int Asked { get; init; }
    public int Matched { get; init; }
    public int Unmatched { get; init; }
    public int OptedOut { get; init; }
}
