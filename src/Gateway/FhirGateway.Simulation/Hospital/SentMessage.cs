using System.Collections.Immutable;

namespace FhirGateway.Simulation.Hospital;

/// <summary>A line of the hospital's ledger: what was sent and how it was answered.</summary>
/// <param name="ControlId">MSH-10.</param>
/// <param name="Trigger">A01 …</param>
/// <param name="Code">MSA-1: AA, AE or AR.</param>
/// <param name="AnsweredAt">When the answer arrived.</param>
/// <param name="Waited">From the first byte sent, in the attempt that was answered, to the answer.</param>
/// <param name="Attempts">1 unless the connection broke or the receiver answered AR.</param>
/// <param name="Hash">SHA-256 of the message's bytes.</param>
public sealed record SentMessage(string ControlId, string Trigger, string Code, DateTimeOffset AnsweredAt, TimeSpan Waited, int Attempts, ImmutableArray<byte> Hash)
{
    public override string ToString() => $"SentMessage {Trigger} {ControlId} {Code}";
}
