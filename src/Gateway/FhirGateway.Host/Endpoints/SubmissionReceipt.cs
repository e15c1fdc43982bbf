using FhirGateway.Journal;
using FhirGateway.Organizations;
using FhirGateway.Quarantine;
using FhirGateway.Submissions;

namespace FhirGateway.Host.Endpoints;

/// <summary>What a source is told of its submission.</summary>
internal sealed record SubmissionReceipt
{
    public required string Submission { get; init; }
    public required string Source { get; init; }

    /// <summary>"pending", "completed", "paused", "cancelled", "withdrawing" or "withdrawn".</summary>
    public required string State { get; init; }
    public required DateTimeOffset AcceptedAt { get; init; }
    public required IReadOnlyList<ReceivedFile> Files { get; init; }

    /// <summary>What became of the lines so far; absent before processing begins.</summary>
    public SubmissionCounts? Counts { get; init; }

    /// <summary>The first lines that are held, each with its reason; absent where none is.</summary>
    public IReadOnlyList<HeldLine>? Held { get; init; }

    public static SubmissionReceipt Of(
        string source, ClientUpload? upload, Submission? submission, IReadOnlyList<QuarantinedItem> held, IReadOnlyDictionary<int, FileReport> reports) => new()
    {
        Submission = upload?.Submission ?? submission!.Id,
        Source = source,
        State = (submission?.State ?? SubmissionState.Pending).ToString().ToLowerInvariant(),
        AcceptedAt = upload?.AcceptedAt ?? submission!.AcceptedAt,
        Files = submission is not null
            ? [.. submission.Files.Select((file, i) => ReceivedFile.Of(file, reports.GetValueOrDefault(i)))]
            : [new ReceivedFile(upload!.Name, upload.Length, upload.Sha256)],
        Counts = submission?.Counts,
        Held = held.Count == 0 ? null : [.. held.Select(h => new HeldLine(submission!.Files[h.File].Name, h.Line, h.Reason, h.Detail))],
    };

    /// <summary>A line that is held: the sender's name of its file, its number from 1, and why.</summary>
    internal sealed record HeldLine(string File, long Line, string Reason, string Detail);

    internal sealed record ReceivedFile(string Name, long Length, string Sha256)
    {
        /// <summary>Lines that are not empty; absent before they were counted.</summary>
        public long? Lines { get; init; }

        /// <summary>Lines that its manifest promised.</summary>
        public long? Promised { get; init; }

        public static ReceivedFile Of(SpooledFile file, FileReport? report) =>
            new(file.Name, file.Length, file.Sha256) { Lines = file.Lines ?? report?.Lines, Promised = file.Count };
    }
}
