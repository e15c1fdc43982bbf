using System.Collections.Immutable;

namespace FhirGateway.Normalization.Adt;

/// <summary>A merge, move, link or change of identifiers: PID and PV1 name what carries on, MRG what is retired.</summary>
public sealed record AdtMerge
{
    public required AdtMergeKind Kind { get; init; }

    /// <summary>authority|value of the patient that carries on (PID-3).</summary>
    public required string SurvivorKey { get; init; }

    /// <summary>authority|value of the other patient (MRG-1; the second PID of A24 and A37); null where only visits or accounts change.</summary>
    public string? RetiredKey { get; init; }

    /// <summary>Further patients of the same authority that the same MRG-1 retires.</summary>
    public ImmutableArray<string> AlsoRetired { get; init; } = [];

    /// <summary>All that MRG-1 (or the second PID) says of the other patient's numbers.</summary>
    public ImmutableArray<PatientIdentifier> RetiredIdentifiers { get; init; } = [];

    /// <summary>authority|number of the visit that carries on (PV1-19), and of the one that is retired or moved (MRG-5).</summary>
    public string? SurvivorVisit { get; init; }

    /// <inheritdoc cref="SurvivorVisit"/>
    public string? RetiredVisit { get; init; }

    /// <summary>authority|account|number of PID-18 and MRG-3: the key of a visit that has no number but the account's.</summary>
    public string? SurvivorAccount { get; init; }

    /// <inheritdoc cref="SurvivorAccount"/>
    public string? RetiredAccount { get; init; }

    public override string ToString() => $"AdtMerge({Kind})";
}
