using System.Globalization;
using FhirGateway.Adapters.BulkSubmit;

namespace FhirGateway.Host.Endpoints;

/// <summary>
/// What a polling URL says: which submission, the how many-eth URL of it (a deleted one never answers again), and whether the job's
/// status comes in a header of its own.
/// </summary>
/// <param name="Job">Id of the bulk job.</param>
/// <param name="Number">From 1.</param>
/// <param name="IsSeparate">Negotiated by <c>Prefer: separate-export-status</c>.</param>
internal readonly record struct StatusPoll(string Job, int Number, bool IsSeparate)
{
    private const char Separate = 's';

    /// <summary>The URL of the next kick-off.</summary>
    public static StatusPoll Of(KeptSubmission kept, bool isSeparate) => new(kept.Job.Id, kept.Submission.DeletedPolls + 1, isSeparate);

    public string Segment => Number.ToString(CultureInfo.InvariantCulture) + (IsSeparate ? Separate : "");

    public string UrlUnder(string operation) => $"{operation}/{Job}/{Segment}";

    public static bool TryParse(string job, string segment, out StatusPoll poll)
    {
        var isSeparate = segment.EndsWith(Separate);
        var digits = isSeparate ? segment[..^1] : segment;
        var isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
        poll = new StatusPoll(job, number, isSeparate);
        return isNumber && job.Length <= 64;
    }

    /// <summary>Whether it was handed out and not deleted.</summary>
    public bool IsOpen(BulkSubmission submission) => Number == submission.DeletedPolls + 1;
}
