using System.Text.Json.Serialization;

namespace FhirGateway.Episodes;

/// <summary>Events, episodes and signals as they are kept.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(EpisodeEvent))]
[JsonSerializable(typeof(Episode))]
[JsonSerializable(typeof(VisitSignal))]
public sealed partial class EpisodeJson : JsonSerializerContext;
