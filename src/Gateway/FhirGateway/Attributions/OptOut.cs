namespace FhirGateway.Attributions;

/// <summary>A person's choice about the data of one source; the latest wins, none expires.</summary>
/// <param name="Record">Number of the opt-out file's source record.</param>
/// <param name="Source">Number of the source whose data it concerns.</param>
/// <param name="Participant">Number of the participant it is against; null for all.</param>
/// <param name="OptedOut">False where an earlier opt-out is revoked.</param>
/// <param name="RecordedOn">The day of the choice.</param>
public sealed record OptOut(long Record, int Source, int? Participant, bool OptedOut, DateOnly RecordedOn)
{
    public override string ToString() => $"OptOut(source {Source})";
}
