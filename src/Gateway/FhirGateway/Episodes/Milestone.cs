namespace FhirGateway.Episodes;

/// <summary>Something that happened in a visit, as the fold of all its events has it.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When.</param>
/// <param name="Cause">Key of the event that says so.</param>
/// <param name="From">Class code or location before, where it changes.</param>
/// <param name="To">Class code or location after.</param>
/// <param name="IsAgain">It happened once more after it was undone by another: inpatient to outpatient, back, and to outpatient again.</param>
public sealed record Milestone(MilestoneKind Kind, Moment At, Guid Cause, string? From = null, string? To = null, bool IsAgain = false)
{
    /// <summary>Whether a visit can have several of the kind.</summary>
    public bool Recurs =>
        IsAgain || Kind is MilestoneKind.Transfer or MilestoneKind.LeaveStart or MilestoneKind.LeaveEnd or MilestoneKind.OutpatientToInpatient;

    /// <summary>The same milestone has the same name whichever repeated message says so: kind, and the time for those that recur.</summary>
    public string Name => Recurs ? $"{Kind}@{At.Instant.UtcTicks}" : Kind.ToString();

    /// <summary>True if the names are the same.</summary>
    public bool IsSameAs(Milestone other) => Kind == other.Kind && Recurs == other.Recurs && (!Recurs || At.Instant == other.At.Instant);
}
