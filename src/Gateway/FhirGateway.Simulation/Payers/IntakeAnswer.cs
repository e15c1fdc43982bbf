using System.Text.Json;

namespace FhirGateway.Simulation.Payers;

/// <summary>What the gateway answered to a file: the status and the JSON receipt or OperationOutcome (undefined where the body is not JSON).</summary>
public sealed record IntakeAnswer(int Status, JsonElement Body)
{
    public bool IsAccepted => Status is >= 200 and < 300;

    public override string ToString() => $"IntakeAnswer {Status}";
}
