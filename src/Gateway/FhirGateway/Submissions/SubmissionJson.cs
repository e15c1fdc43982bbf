using System.Text.Json.Serialization;
using FhirGateway.Journal;

namespace FhirGateway.Submissions;

[JsonSerializable(typeof(SpooledFiles))]
[JsonSerializable(typeof(SubmissionCounts))]
[JsonSerializable(typeof(FileReport))]
[JsonSerializable(typeof(SourceFigures))]
public sealed partial class SubmissionJson : JsonSerializerContext;
