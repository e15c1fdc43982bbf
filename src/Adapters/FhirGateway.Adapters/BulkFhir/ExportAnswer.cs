using System.Collections.Immutable;
using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>An answer of a source's server, read.</summary>
internal sealed record ExportAnswer(int Status, Uri Url, ReadOnlyMemory<byte> Body)
{
    /// <summary>The headers that are looked at.</summary>
    public static readonly ImmutableArray<string> Kept = ["Retry-After", "X-Progress", "X-Export-Status", "Content-Location", "Content-Type"];

    public required IReadOnlyDictionary<string, string?> Headers { get; init; }

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public TimeSpan? RetryAfter(DateTimeOffset now) => RetryAfterReader.Read(Header("Retry-After"), now);

    /// <summary>What it says went wrong: status and codes of its OperationOutcome, no text of it.</summary>
    public string Fault() => OutcomeIssues.Read(Body) is { Issues.Count: > 0 } issues ? $"HTTP {Status} ({issues})" : $"HTTP {Status}";
}
