namespace FhirGateway.Episodes;

/// <summary>What is kept of an episode beside its events: how others are related to it.</summary>
/// <param name="Encounter">Published id of the Encounter.</param>
/// <param name="Source">Number of the source.</param>
/// <param name="Record">Number of the patient's source record.</param>
/// <param name="Episode">The fold as last told.</param>
public sealed record EpisodeSummary(Guid Encounter, int Source, long Record, Episode Episode)
{
    public override string ToString() => $"EpisodeSummary({Encounter}, {Episode})";
}
