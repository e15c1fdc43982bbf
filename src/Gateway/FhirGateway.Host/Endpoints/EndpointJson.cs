using System.Text.Json.Serialization;
using FhirGateway.Attributions;
using FhirGateway.Processing;

namespace FhirGateway.Host.Endpoints;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TokenBody))]
[JsonSerializable(typeof(TokenErrorBody))]
[JsonSerializable(typeof(SmartConfiguration))]
[JsonSerializable(typeof(SubmissionReceipt))]
[JsonSerializable(typeof(GatewayStatus))]
[JsonSerializable(typeof(SubmissionReport))]
[JsonSerializable(typeof(IReadOnlyList<SubmissionReport>))]
[JsonSerializable(typeof(BulkJobReport))]
[JsonSerializable(typeof(SourceReport))]
[JsonSerializable(typeof(RosterReport))]
internal sealed partial class EndpointJson : JsonSerializerContext;
