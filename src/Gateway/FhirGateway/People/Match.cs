using System.Collections.Immutable;

namespace FhirGateway.People;

/// <summary>The result of matching a source record.</summary>
/// <param name="Record">The record as stored.</param>
/// <param name="Outcome">How its link came about.</param>
/// <param name="Moved">The person it was linked to before, where that changed.</param>
/// <param name="Retired">Persons that turned out to be <see cref="SourceRecord.Person"/> and were merged into it.</param>
public sealed record Match(SourceRecord Record, MatchOutcome Outcome, PersonId? Moved, ImmutableArray<PersonId> Retired)
{
    /// <summary>The person it shared and no longer is, because their identifiers came to conflict; the others stay with it.</summary>
    public PersonId? SplitFrom { get; init; }
}
