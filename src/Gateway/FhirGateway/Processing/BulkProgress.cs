using FhirGateway.Journal;
using FhirGateway.Organizations;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>A submission under way. A file's orders are known once a pass has read it from its beginning.</summary>
internal sealed class BulkProgress(Submission submission, Source source, SourceSettings.Settings settings, long generation)
{
    private readonly int[] orders = new int[submission.Files.Count];
    private readonly bool[] known = new bool[submission.Files.Count];

    private const int MostCarried = 1024;
    private const int MostChanges = 32;
    private readonly List<BulkItem> carried = [];
    private int carriedChanges;

    /// <summary>Recognises lines that came before; null to read every line anew.</summary>
    public UnchangedLines? Unchanged { get; set; }

    /// <summary>What the mark of every line begins with.</summary>
    public required byte[] Ground { get; init; }

    /// <summary>Of what references of the source resolve to, when the work began.</summary>
    public long Generation => generation;

    /// <summary>Ids that are being written, or are carried.</summary>
    public HashSet<Guid> UnderWay { get; set; } = [];

    /// <summary>Up to which line of the pass batches were carried; 0 where none is.</summary>
    public long CarriedTo { get; private set; }

    /// <summary>As last committed.</summary>
    public Submission Submission { get; set; } = submission;
    public Source Source => source;
    public SourceSettings.Settings Settings => settings;

    /// <summary>Somebody steered it, or other work goes first: leave off, what is committed stays.</summary>
    public bool IsInterrupted { get; set; }

    /// <summary>Files that were read to their end, with their lines: to be saved with the next transaction.</summary>
    public Dictionary<int, long> LinesRead { get; } = [];

    /// <summary>A batch in which hardly anything changed needs no transaction of its own: it is written with a later one.</summary>
    public bool TryCarry(BulkItem[] items, long lastLine)
    {
        var changes = items.Count(i => i.Unchanged is null);
        // A line of deletions can name thousands of resources.
        if (carried.Count + items.Length > MostCarried || carriedChanges + changes > MostChanges || Array.Exists(items, i => !i.Deletions.IsEmpty))
            return false;
        carriedChanges += changes;
        carried.AddRange(items);
        CarriedTo = lastLine;
        return true;
    }

    /// <summary>The carried items and these.</summary>
    public BulkItem[] TakeCarried(BulkItem[] items)
    {
        if (carried.Count == 0)
            return items;
        BulkItem[] all = [.. carried, .. items];
        carried.Clear();
        carriedChanges = 0;
        CarriedTo = 0;
        return all;
    }

    public void Saw(int file, int order) => orders[file] |= 1 << order;

    public void Read(int file, bool whole) => known[file] |= whole;

    /// <summary>Whether a pass for this order can leave the file out.</summary>
    public bool Skips(int file, int order) => known[file] && (orders[file] & (1 << order)) == 0;

    /// <summary>Deletions come with the first pass, whatever their lines look like.</summary>
    public bool IsDeletions(int file) => Submission.Files[file].Role == SpooledFileRole.Deleted;
}
