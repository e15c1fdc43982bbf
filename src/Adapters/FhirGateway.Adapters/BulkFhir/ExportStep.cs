using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>One exchange of an export job, and how far it is: kept with the job, so that a restart goes on with it.</summary>
public sealed record ExportStep
{
    public required ExportStepKind Kind { get; init; }

    /// <summary>Resource types; empty for all.</summary>
    public ImmutableArray<string> Types { get; init; } = [];
    public string? Since { get; init; }

    /// <summary>The Group that it asks for.</summary>
    public string? Group { get; init; }

    /// <summary>Ids of the patients that it asks for; empty for all of the scope.</summary>
    public ImmutableArray<string> Patients { get; init; } = [];

    /// <summary>A match: which patients of the panel it asks about, from this one on; and whether there may be more.</summary>
    public int PanelFrom { get; init; }
    public bool IsFullPage { get; init; }

    /// <summary>Where its status is asked for, encrypted: it may be a capability. Null before the kick-off, and for an answer without status.</summary>
    public string? Status { get; init; }
    public DateTimeOffset? KickedOffAt { get; init; }
    public DateTimeOffset? ManifestAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Parameters that the server refused and that were left away.</summary>
    public ImmutableArray<string> Dropped { get; init; } = [];
    public string? TransactionTime { get; init; }

    /// <summary>How often it was begun anew, because the server forgot it.</summary>
    public int Restarts { get; init; }
    public int Files { get; init; }
    public int Fetched { get; init; }
    public long Bytes { get; init; }
    public long Lines { get; init; }
    public ImmutableArray<ExportFailure> Failures { get; init; } = [];

    /// <summary>Failures beyond those listed.</summary>
    public int MoreFailures { get; init; }

    /// <summary>Resource types of which files are missing.</summary>
    public ImmutableArray<string> MissingTypes { get; init; } = [];

    /// <summary>Whether something else is missing, nobody knows of which type: a file without type, deletions, or errors that the server reports.</summary>
    public bool IsMissingMore { get; init; }

    /// <summary>What the server's outcome files say: severity and code, and how often.</summary>
    public ImmutableSortedDictionary<string, long> Issues { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>The submission that its files became; null while it has none, and where there was nothing to accept.</summary>
    public string? Submission { get; init; }

    /// <summary>Whether its <c>_since</c> could be remembered for all that it asked for.</summary>
    public bool IsWhole { get; init; }

    public bool IsDone => EndedAt is not null;
}
