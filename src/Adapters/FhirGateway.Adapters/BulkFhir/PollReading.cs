using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// Judges answers to status requests (Bulk Data, "Bulk Data Status Request"): pure, so that every form of answer can be tested.
/// </summary>
public static class PollReading
{
    private const int MostProgress = 100;

    /// <summary>Judges one answer.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="header">Headers of the answer.</param>
    /// <param name="body">Its body, within the limit of a manifest.</param>
    /// <param name="attempt">How many answers of this job came before.</param>
    /// <param name="now">For Retry-After.</param>
    /// <param name="limits">Of the manifest.</param>
    public static PollAnswer Judge(
        int status, Func<string, string?> header, ReadOnlyMemory<byte> body, int attempt, DateTimeOffset now, ManifestLimits limits)
    {
        // With separate-export-status the status of the job is told apart from that of the request.
        if (status == 200 && int.TryParse(header("X-Export-Status"), out var separate) && separate is >= 200 and < 600)
            status = separate;
        var wait = RetryAfterReader.Read(header("Retry-After"), now) ?? Unasked(attempt);
        return status switch
        {
            200 => Done(body, limits),
            202 => Working(header, body, wait, limits),
            404 or 410 => new PollAnswer(PollVerdict.Gone) { Reason = $"HTTP {status}: the server knows no such export any more" },
            429 => new PollAnswer(PollVerdict.Again) { Wait = wait, Reason = "HTTP 429" },
            _ => Error(status, body, wait),
        };
    }

    /// <summary>What to wait before attempt <paramref name="attempt"/> (0, 1, 2 …) where the server says nothing: 1 s, doubling to 60 s.</summary>
    public static TimeSpan Unasked(int attempt) => TimeSpan.FromSeconds(Math.Min(60, 1 << Math.Clamp(attempt, 0, 6)));

    /// <summary>Printable ASCII of what a server says; it is shown on terminals and pages.</summary>
    public static string? Bounded(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var kept = text.Length > MostProgress ? text[..MostProgress] : text;
        return string.Concat(kept.Select(c => c is >= ' ' and <= '~' ? c : '?'));
    }

    private static PollAnswer Done(ReadOnlyMemory<byte> body, ManifestLimits limits)
    {
        var reading = ManifestReader.Read(body, limits);
        return reading.Manifest is { } manifest
            ? new PollAnswer(PollVerdict.Done) { Manifest = manifest }
            : new PollAnswer(PollVerdict.Failed) { Reason = reading.Fault!.ToString() };
    }

    /// <summary>A 202 may carry a partial manifest (Bulk Data 3); one that cannot be read is one that is not there yet.</summary>
    private static PollAnswer Working(Func<string, string?> header, ReadOnlyMemory<byte> body, TimeSpan wait, ManifestLimits limits) => new(PollVerdict.Working)
    {
        Wait = wait,
        Progress = Bounded(header("X-Progress")),
        Manifest = body.Length > 0 ? ManifestReader.Read(body, limits).Manifest : null,
    };

    private static PollAnswer Error(int status, ReadOnlyMemory<byte> body, TimeSpan wait)
    {
        var issues = OutcomeIssues.Read(body);
        var reason = issues is { Issues.Count: > 0 } ? $"HTTP {status}: {issues}" : $"HTTP {status}";
        // Without an outcome a 5xx says nothing about the job: a proxy in between may have answered.
        var again = issues?.IsTransient ?? status is 408 or 425 or 500 or 502 or 503 or 504;
        return new PollAnswer(again ? PollVerdict.Again : PollVerdict.Failed) { Wait = wait, Reason = reason };
    }
}
