using System.Text.Json.Serialization;

namespace FhirGateway.Adapters.BulkFhir;

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FetchLedgerEntry))]
[JsonSerializable(typeof(ExportDetail))]
internal sealed partial class BulkFhirJson : JsonSerializerContext;
