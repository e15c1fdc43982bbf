namespace FhirGateway.Processing;

/// <summary>One topic as the relay sees it. No PHI.</summary>
/// <param name="Participant">Id of the participant.</param>
/// <param name="Stream">One of its streams.</param>
/// <param name="Topic">The topic's whole name.</param>
/// <param name="State">What the relay does for it.</param>
/// <param name="Reason">Why it waits or is stopped: one of <see cref="RelayReasons"/> or a broker's code; else null.</param>
/// <param name="Settled">Every event up to this stream sequence is delivered or parked.</param>
/// <param name="Parked">Events kept back.</param>
public sealed record RelayStatus(string Participant, string Stream, string Topic, RelayState State, string? Reason, long Settled, long Parked);
