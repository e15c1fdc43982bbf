using System.Collections.Frozen;
using System.Text.Json;

namespace FhirGateway.Simulation.Payers.Submitting;

/// <summary>What the receiver answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Headers">Header fields by name, case ignored.</param>
/// <param name="Body">The JSON of the body; undefined where it is none.</param>
public sealed record SubmitAnswer(int Status, FrozenDictionary<string, string> Headers, JsonElement Body)
{
    public bool IsAccepted => Status is >= 200 and < 300;

    /// <summary>Type of the resource in the body; null where it is no resource.</summary>
    public string? ResourceType => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("resourceType", out var type) ? type.GetString() : null;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public override string ToString() => $"SubmitAnswer {Status} {ResourceType}";
}
