using System.Text.Json.Serialization;

namespace FhirGateway.Adapters.BulkSubmit;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ShownSubmission))]
[JsonSerializable(typeof(ManifestSecret))]
internal sealed partial class BulkSubmitJson : JsonSerializerContext;
