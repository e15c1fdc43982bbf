using System.Text.Json.Serialization;

namespace FhirGateway.FeedHealth;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FeedAlert))]
[JsonSerializable(typeof(FeedReport))]
[JsonSerializable(typeof(FeedSourceReport))]
[JsonSerializable(typeof(IReadOnlyList<FeedReport>))]
public sealed partial class FeedJson : JsonSerializerContext;
