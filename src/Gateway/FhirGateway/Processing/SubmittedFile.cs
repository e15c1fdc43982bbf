using System.Text.Json.Serialization;
using FhirGateway.Journal;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>One file in a receipt: what it was, and what was proven about it.</summary>
public sealed record SubmittedFile
{
    /// <summary>The sender's name of it.</summary>
    [JsonPropertyName("name")] public required string Name { get; init; }
    [JsonPropertyName("type")] public string? Type { get; init; }

    /// <summary>Whether its lines name what was deleted.</summary>
    [JsonPropertyName("deletions")] public bool IsDeletions { get; init; }
    [JsonPropertyName("bytes")] public required long Bytes { get; init; }
    [JsonPropertyName("sha256")] public required string Sha256 { get; init; }

    /// <summary>Lines that are not empty; null before they were counted.</summary>
    [JsonPropertyName("lines")] public long? Lines { get; init; }

    /// <summary>Lines that the manifest promised.</summary>
    [JsonPropertyName("promised")] public long? Promised { get; init; }

    /// <summary>Whether as many came as the manifest promised; null where it promised none or they are not counted yet.</summary>
    [JsonPropertyName("asPromised")] public bool? IsAsPromised => Promised is { } count && Lines is { } lines ? count == lines : null;
    [JsonPropertyName("done")] public long Done { get; init; }
    [JsonPropertyName("held")] public long Held { get; init; }
    [JsonPropertyName("withIssues")] public long WithIssues { get; init; }
    [JsonPropertyName("heldByReason")] public IReadOnlyDictionary<string, long>? HeldByReason { get; init; }

    public static SubmittedFile Of(SpooledFile file, FileReport? report) => new()
    {
        Name = file.Name,
        Type = file.Type,
        IsDeletions = file.Role == SpooledFileRole.Deleted,
        Bytes = file.Length,
        Sha256 = file.Sha256,
        Lines = file.Lines ?? report?.Lines,
        Promised = file.Count,
        Done = report?.Done ?? 0,
        Held = report?.Held ?? 0,
        WithIssues = report?.WithIssues ?? 0,
        HeldByReason = report is { Held: > 0 } ? report.HeldByReason : null,
    };
}
