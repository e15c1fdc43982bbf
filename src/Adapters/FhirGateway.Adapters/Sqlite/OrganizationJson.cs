using System.Text.Json.Serialization;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.Sqlite;

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Source))]
[JsonSerializable(typeof(Participant))]
[JsonSerializable(typeof(Agreement))]
internal sealed partial class OrganizationJson : JsonSerializerContext;
