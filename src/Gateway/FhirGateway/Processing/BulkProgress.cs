using FhirGateway.Journal;
using FhirGateway.Organizations;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>A submission under way. A file's orders are known once a pass has read it from its beginning.</summary>
internal sealed class BulkProgress(Submission submission, Source source, SourceSettings.Settings settings)
{
    private readonly int[] orders = new int[submission.Files.Count];
    private readonly bool[] known = new bool[submission.Files.Count];

    /// <summary>As last committed.</summary>
    public Submission Submission { get; set; } = submission;
    public Source Source => source;
    public SourceSettings.Settings Settings => settings;

    /// <summary>Somebody steered it, or other work goes first: leave off, what is committed stays.</summary>
    public bool IsInterrupted { get; set; }

    /// <summary>Files that were read to their end, with their lines: to be saved with the next transaction.</summary>
    public Dictionary<int, long> LinesRead { get; } = [];

    public void Saw(int file, int order) => orders[file] |= 1 << order;

    public void Read(int file, bool whole) => known[file] |= whole;

    /// <summary>Whether a pass for this order can leave the file out.</summary>
    public bool Skips(int file, int order) => known[file] && (orders[file] & (1 << order)) == 0;

    /// <summary>Deletions come with the first pass, whatever their lines look like.</summary>
    public bool IsDeletions(int file) => Submission.Files[file].Role == SpooledFileRole.Deleted;
}
