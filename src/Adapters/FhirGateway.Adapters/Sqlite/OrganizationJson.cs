using System.Text.Json.Serialization;
using FhirGateway.Normalization;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.Sqlite;

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Source))]
[JsonSerializable(typeof(Participant))]
[JsonSerializable(typeof(Agreement))]
[JsonSerializable(typeof(PatientFacts))]
internal sealed partial class OrganizationJson : JsonSerializerContext;
