using System.Collections.Immutable;

namespace FhirGateway.Attributions;

/// <summary>What became of a roster, panel or opt-out file.</summary>
public sealed record RosterReport
{
    /// <summary>Rows taken, new ones, changed ones and unchanged ones together.</summary>
    public int Accepted { get; init; }
    public int Changed { get; init; }

    /// <summary>Attributions of earlier files that this one no longer names; they ended.</summary>
    public int Dropped { get; init; }

    /// <summary>Accepted rows that no source's record matches so far.</summary>
    public int Unmatched { get; init; }

    /// <summary>Accepted rows with two candidates, or a conflicting identifier.</summary>
    public int Ambiguous { get; init; }
    public ImmutableArray<RejectedRow> Rejected { get; init; } = [];

    /// <summary>True if nothing was done because more attributions than allowed would drop.</summary>
    public bool NeedsConfirmation { get; init; }
}
