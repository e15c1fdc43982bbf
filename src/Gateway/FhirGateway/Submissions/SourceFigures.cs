using System.Text.Json.Serialization;

namespace FhirGateway.Submissions;

/// <summary>How well a source is served, and serves: one small row per source. No PHI.</summary>
public sealed record SourceFigures
{
    /// <summary>Seconds from the request to the manifest of its last export.</summary>
    [JsonPropertyName("timeToManifestSeconds")] public double? TimeToManifestSeconds { get; init; }

    /// <summary>The transactionTime of its newest manifest; its age is the freshness of the data.</summary>
    [JsonPropertyName("transactionTime")] public DateTimeOffset? TransactionTime { get; init; }

    /// <summary>Service day up to which its claims seem paid.</summary>
    [JsonPropertyName("paidThrough")] public DateOnly? PaidThrough { get; init; }

    /// <summary>Submissions worked through.</summary>
    [JsonPropertyName("submissions")] public long Submissions { get; init; }
    [JsonPropertyName("lines")] public long Lines { get; init; }

    /// <summary>Lines that were held.</summary>
    [JsonPropertyName("held")] public long Held { get; init; }

    /// <summary>Seconds from the first batch to the last, over all submissions.</summary>
    [JsonPropertyName("seconds")] public double Seconds { get; init; }

    /// <summary>When the last submission was worked through.</summary>
    [JsonPropertyName("lastCompleted")] public DateTimeOffset? LastCompleted { get; init; }

    /// <summary>Lines per second over all submissions; null before the first.</summary>
    [JsonPropertyName("linesPerSecond")] public double? LinesPerSecond => Seconds > 0 ? Math.Round(Lines / Seconds, 1) : null;

    /// <summary>Share of lines that were held, 0 to 1; null before the first.</summary>
    [JsonPropertyName("heldShare")] public double? HeldShare => Lines > 0 ? Math.Round((double)Held / Lines, 6) : null;
}
