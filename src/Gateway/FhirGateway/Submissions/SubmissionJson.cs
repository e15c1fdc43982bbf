using System.Text.Json.Serialization;
using FhirGateway.Journal;

namespace FhirGateway.Submissions;

[JsonSerializable(typeof(SpooledFiles))]
[JsonSerializable(typeof(SubmissionCounts))]
public sealed partial class SubmissionJson : JsonSerializerContext;
