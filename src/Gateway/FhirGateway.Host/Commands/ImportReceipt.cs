using FhirGateway.Submissions;

namespace FhirGateway.Host.Commands;

/// <summary>What is proved about an import: what was taken, and what became of its lines.</summary>
internal sealed record ImportReceipt(
    string Submission, string Source, IReadOnlyList<ImportReceipt.File> Files, SubmissionCounts Counts, IReadOnlyList<ImportReceipt.HeldLine> Held)
{
    internal sealed record File(string Name, long Bytes, string Sha256);

    /// <summary>A line that was not taken.</summary>
    internal sealed record HeldLine(string File, long Line, string Reason, string Detail);
}
