using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Simulation.Load;

/// <summary>A message of the load generator; the bytes are valid until the next message of the same lane is made.</summary>
public readonly record struct LoadMessage(ReadOnlyMemory<byte> Bytes, string ControlId, string Trigger, HospitalPatient Patient)
{
    public override string ToString() => $"LoadMessage {Trigger} {ControlId}";
}
