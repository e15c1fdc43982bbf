using FhirGateway.Normalization;

namespace FhirGateway.Attributions;

/// <summary>One accepted row of a roster, panel or opt-out file.</summary>
public sealed record RosterRow
{
    /// <summary>Line of the file, the header being line 1.</summary>
    public required int Line { get; init; }

    /// <summary>member_id of a roster or opt-out, local_id of a panel.</summary>
    public required string Key { get; init; }
    public required PatientFacts Facts { get; init; }

    /// <summary>Participant id; null for a panel and for an opt-out against all.</summary>
    public string? Participant { get; init; }
    public DateOnly? Start { get; init; }
    public DateOnly? End { get; init; }
    public string? LocalId { get; init; }
    public string? Contract { get; init; }
    public string? LineOfBusiness { get; init; }
    public string? Tin { get; init; }
    public string? Npi { get; init; }
    public DateOnly? AsOf { get; init; }

    /// <summary>Opt-outs only: false revokes.</summary>
    public bool OptedOut { get; init; } = true;

    public override string ToString() => $"RosterRow(line {Line})";
}
