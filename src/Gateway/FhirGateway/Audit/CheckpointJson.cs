using System.Text.Json.Serialization;

namespace FhirGateway.Audit;

[JsonSerializable(typeof(Checkpoint))]
public sealed partial class CheckpointJson : JsonSerializerContext;
