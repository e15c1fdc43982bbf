using System.Collections.Immutable;
using System.Globalization;

namespace FhirGateway.Host.Commands;

/// <summary>What came back: how many of which acknowledgement, what got none, and how long answers took.</summary>
internal sealed record AdtSendReport
{
    /// <summary>MSA-1, or -- for a message that asked for no answer; with how often.</summary>
    public required ImmutableSortedDictionary<string, long> Codes { get; init; }

    /// <summary>Why messages got no answer, with how often.</summary>
    public required ImmutableSortedDictionary<string, long> Failures { get; init; }
    public required long Total { get; init; }

    /// <summary>Of answers, in ascending order.</summary>
    public required IReadOnlyList<TimeSpan> Latencies { get; init; }
    public required TimeSpan Elapsed { get; init; }
    public long Accepted => Codes.Where(c => c.Key is "AA" or "CA" or "--").Sum(c => c.Value);
    public bool IsFine => Accepted == Total;

    public string Text(string to)
    {
        var lines = new List<string>
        {
            $"{Total} messages to {to} in {Seconds(Elapsed)}: " + (Codes.IsEmpty ? "no answer" : string.Join(", ", Codes.Select(c => $"{c.Key} {c.Value}")))
            + $"; {(Elapsed > TimeSpan.Zero ? Codes.Values.Sum() / Elapsed.TotalSeconds : 0).ToString("0.#", CultureInfo.InvariantCulture)}/s",
        };
        if (Latencies.Count > 0)
            lines.Add($"answer p50 {Ms(0.50)}, p90 {Ms(0.90)}, p99 {Ms(0.99)}, max {Ms(1)}");
        lines.AddRange(Failures.Select(f => $"{f.Value} without an answer: {f.Key}"));
        if (!IsFine)
            lines.Add($"{Total - Accepted} of {Total} messages were not answered AA.");
        return string.Join(Environment.NewLine, lines);
    }

    private string Ms(double quantile) =>
        Latencies[Math.Min(Latencies.Count - 1, (int)Math.Ceiling(Latencies.Count * quantile) - 1)].TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture) + " ms";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
