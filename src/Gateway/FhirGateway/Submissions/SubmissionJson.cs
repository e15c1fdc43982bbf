using System.Text.Json.Serialization;
using FhirGateway.Journal;

namespace FhirGateway.Submissions;

[JsonSerializable(typeof(SpooledFiles))]
[JsonSerializable(typeof(SubmissionCounts))]
[JsonSerializable(typeof(UploadProgress))]
public sealed partial class SubmissionJson : JsonSerializerContext;
