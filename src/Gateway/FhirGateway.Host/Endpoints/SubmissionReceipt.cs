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

    /// <summary>"pending" or "completed".</summary>
    public required string State { get; init; }
    public required DateTimeOffset AcceptedAt { get; init; }
    public required IReadOnlyList<ReceivedFile> Files { get; init; }

    /// <summary>What became of the lines so far; absent before processing begins.</summary>
    public SubmissionCounts? Counts { get; init; }

    /// <summary>The first lines that are held, each with its reason; absent where none is.</summary>
    public IReadOnlyList<HeldLine>? Held { get; init; }

    public static SubmissionReceipt Of(string source, ClientUpload? upload, Submission? submission, IReadOnlyList<QuarantinedItem> held) => new()
    {
        Submission = upload?.Submission ?? submission!.Id,
        Source = source,
        State = submission?.State == SubmissionState.Completed ? "completed" : "pending",
        AcceptedAt = upload?.AcceptedAt ?? submission!.AcceptedAt,
        Files = upload is null ? [.. submission!.Files.Select(ReceivedFile.Of)] : [new ReceivedFile(upload.Name, upload.Length, upload.Sha256)],
        Counts = submission?.Counts,
        Held = held.Count == 0 ? null : [.. held.Select(h => new HeldLine(submission!.Files[h.File].Name, h.Line, h.Reason, h.Detail))],
    };

    /// <summary>A line that is held: the sender's name of its file, its number from 1, and why.</summary>
    internal sealed record HeldLine(string File, long Line, string Reason, string Detail);

    internal sealed record ReceivedFile(string Name, long Length, string Sha256)
    {
        public static ReceivedFile Of(SpooledFile file) => new(file.Name, file.Length, file.Sha256);
    }
}
