using System.Text.Json.Serialization;

namespace FhirGateway.Adapters.BulkFhir;

[JsonSerializable(typeof(PartialNote))]
internal sealed partial class PartialNoteJson : JsonSerializerContext;
