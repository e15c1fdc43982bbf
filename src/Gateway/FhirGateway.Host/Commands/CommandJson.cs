using System.Text.Json.Serialization;
using FhirGateway.Attributions;
using FhirGateway.Processing;

namespace FhirGateway.Host.Commands;

[JsonSourceGenerationOptions(
    WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GatewayStatus))]
[JsonSerializable(typeof(RosterReport))]
[JsonSerializable(typeof(ImportReceipt))]
[JsonSerializable(typeof(ExportReceipt))]
[JsonSerializable(typeof(SubmissionReport))]
[JsonSerializable(typeof(BulkJobReport))]
[JsonSerializable(typeof(SourceReport))]
[JsonSerializable(typeof(ReplayReport))]
internal sealed partial class CommandJson : JsonSerializerContext;
