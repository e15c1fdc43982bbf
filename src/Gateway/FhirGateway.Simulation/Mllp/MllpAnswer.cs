namespace FhirGateway.Simulation.Mllp;

/// <summary>MSA-1 and MSA-2 of an acknowledgement.</summary>
public readonly record struct MllpAnswer(string Code, string ControlId)
{
    public bool IsAccepted => Code is "AA" or "CA";
}
