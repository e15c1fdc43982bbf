using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FhirGateway.Processing;

/// <summary>What a sender is told of one file in few numbers; the OperationOutcomes say the rest.</summary>
public sealed record FileOutcome
{
    /// <summary>Number of the file within its submission, from 0.</summary>
    [JsonPropertyName("file")] public required int File { get; init; }

    /// <summary>The sender's name of it.</summary>
    [JsonPropertyName("name")] public required string Name { get; init; }

    /// <summary>OperationOutcomes that <see cref="SubmissionOutcomes.Write"/> makes of it.</summary>
    [JsonPropertyName("count")] public required long Count { get; init; }

    /// <summary>By severity: <c>error</c> counts held lines and errors of validation, <c>warning</c> warnings, <c>information</c> lines taken as they are.</summary>
    [JsonPropertyName("countSeverity")] public required ImmutableSortedDictionary<string, long> CountSeverity { get; init; }

    /// <summary>Lines taken as they are, the <c>success</c> of the 2025 draft of bulk submit.</summary>
    [JsonIgnore] public long Success => CountSeverity["information"];

    /// <summary>Held lines and errors.</summary>
    [JsonIgnore] public long Errors => CountSeverity["error"];
}
