using FhirGateway.Normalization;

namespace FhirGateway.Claims;

/// <summary>The versions of one claim from first to last: by what they say replaces what, then by rank, time and codes of adjustment.</summary>
internal sealed class ClaimOrder
{
    private readonly IReadOnlyList<ClaimVersion> versions;

    /// <summary>For each version the earlier ones that it is said to replace.</summary>
    private readonly List<int>?[] priors;

    public ClaimOrder(IReadOnlyList<ClaimVersion> versions)
    {
        this.versions = versions;
        priors = new List<int>?[versions.Count];
        IsReplaced = new bool[versions.Count];
        Sequence = [.. Enumerable.Range(0, versions.Count)];
        Array.Sort(Sequence, (a, b) => Compare(versions[a], versions[b]));
        if (Relate())
            Sequence = Sorted();
    }

    /// <summary>Indices, first to last.</summary>
    public int[] Sequence { get; private set; }

    /// <summary>Whether a decided version replaces it, or it says itself that another does.</summary>
    public bool[] IsReplaced { get; }

    /// <summary>The latest of the versions that it is said to replace, or -1.</summary>
    public int PriorOf(int version) => priors[version] is { } named ? named.MaxBy(n => Array.IndexOf(Sequence, n)) : -1;

    /// <summary>Whether a version that this one says it replaces is not known.</summary>
    public bool LacksPrior(int version)
    {
        foreach (var key in versions[version].Facts.Keys)
        {
            if (key.Role == ClaimKeyRole.Prior && !versions.Any(v => v.Names(key)))
                return true;
        }

        return false;
    }

    private static int Compare(ClaimVersion a, ClaimVersion b)
    {
        if (a.Facts.Rank != b.Facts.Rank)
            return a.Facts.Rank.CompareTo(b.Facts.Rank);
        // What its source cancels beside the version that replaces it is the earlier one, however late it is told.
        if (a.Facts.IsSoftVoid != b.Facts.IsSoftVoid)
            return a.Facts.IsSoftVoid ? -1 : 1;
        if (a.Facts.UpdatedAt != b.Facts.UpdatedAt)
            return a.Facts.UpdatedAt.CompareTo(b.Facts.UpdatedAt);
        return a.Facts.CodeOrder != b.Facts.CodeOrder ? a.Facts.CodeOrder.CompareTo(b.Facts.CodeOrder) : a.Id.CompareTo(b.Id);
    }

    private bool Relate()
    {
        var any = false;
        for (var i = 0; i < versions.Count; i++)
        {
            foreach (var key in versions[i].Facts.Keys)
            {
                // A version that names its own number replaces nothing by it.
                if (key.IsOwn || versions[i].Names(key) || versions[i].Facts.Reading == ClaimReading.Withdrawn)
                    continue;
                any = true;
                if (key.Role == ClaimKeyRole.ReplacedBy)
                    IsReplaced[i] = true;
                for (var other = 0; other < versions.Count; other++)
                {
                    if (!versions[other].Names(key))
                        continue;
                    if (key.Role == ClaimKeyRole.Prior)
                        Replace(other, by: i);
                    else
                        Replace(i, by: other);
                }
            }
        }

        return any;
    }

    private void Replace(int older, int by)
    {
        (priors[by] ??= []).Add(older);
        IsReplaced[older] |= versions[by].Facts.IsDecided;
    }

    /// <summary>What is replaced comes first, else the order by rank and time; a circle is cut at its earliest member.</summary>
    private int[] Sorted()
    {
        var left = Sequence.ToList();
        var isLeft = new bool[versions.Count];
        Array.Fill(isLeft, true);
        var sorted = new int[versions.Count];
        for (var n = 0; n < sorted.Length; n++)
        {
            var next = left.FindIndex(i => priors[i] is not { } named || !named.Exists(p => isLeft[p] && p != i));
            next = Math.Max(next, 0);
            sorted[n] = left[next];
            isLeft[left[next]] = false;
            left.RemoveAt(next);
        }

        return sorted;
    }
}
