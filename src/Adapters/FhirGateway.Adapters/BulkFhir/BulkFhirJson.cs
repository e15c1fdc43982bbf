using System.Text.Json.Serialization;

namespace FhirGateway.Adapters.BulkFhir;

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FetchLedgerEntry))]
internal sealed partial class BulkFhirJson : JsonSerializerContext;
