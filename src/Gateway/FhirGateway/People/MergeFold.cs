using System.Collections.Immutable;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.People;

/// <summary>
/// Judges what a source said of identifiers as a set, in the order in which it happened: the outcome does not depend on the order of
/// arrival. Never guesses: what contradicts an earlier merge is held.
/// </summary>
public sealed class MergeFold
{
    /// <summary>No human is born so many years apart from himself; a mother and her newborn are.</summary>
    public const int MostYearsApart = 10;

    private readonly Dictionary<string, MergeNote> retiredBy = new(StringComparer.Ordinal);

    /// <summary>By the two keys, the lesser first.</summary>
    private readonly Dictionary<(string, string), List<MergeNote>> links = [];
    private readonly HashSet<(bool IsLink, string Retired, string Survivor)> undone = [];
    private readonly Dictionary<long, MergeVerdict> verdicts = [];
    private readonly Dictionary<string, int?> years = new(StringComparer.Ordinal);
    private readonly Func<string, int?> bornIn;

    /// <summary>What stands joined; null where something was parted since it was made.</summary>
    private JoinedKeys? joined;

    private MergeFold(Func<string, int?> bornIn) => this.bornIn = bornIn;

    /// <summary>Folds all notes about some keys of one space.</summary>
    /// <param name="notes">In any order.</param>
    /// <param name="bornIn">Year of birth of a patient, where known; asked once of each.</param>
    public static FoldedMerges Fold(IReadOnlyCollection<MergeNote> notes, Func<string, int?>? bornIn = null)
    {
        var fold = new MergeFold(bornIn ?? (static _ => null));
        foreach (var note in notes.OrderBy(n => n.Order).ThenBy(n => n.Retired, StringComparer.Ordinal).ThenBy(n => n.Survivor, StringComparer.Ordinal))
            fold.verdicts[note.Number] = fold.Judge(note);
        return new FoldedMerges(fold.Survivors(), fold.Humans(), fold.verdicts.ToImmutableDictionary());
    }

    private MergeVerdict Judge(MergeNote note)
    {
        if (note.Retired == note.Survivor)
            return MergeVerdict.Idle;
        switch (note.State)
        {
            case MergeState.Undone:
                undone.Add((note.IsLink, note.Retired, note.Survivor));
                return MergeVerdict.Undone;
            case MergeState.Kept:
                return note.IsHeld ? note.Verdict : MergeVerdict.Doubtful;
        }

        if (note.Kind == AdtMergeKind.UnlinkPatients)
            return Part(note);
        var isForced = note.State == MergeState.Released;
        if (!isForced && undone.Contains((note.IsLink, note.Retired, note.Survivor)))
            return MergeVerdict.Reversed;
        return note.IsLink ? Link(note, isForced) : Merge(note, isForced);
    }

    private MergeVerdict Link(MergeNote note, bool isForced)
    {
        if (!isForced && AreApart(note))
            return MergeVerdict.Doubtful;
        if (!links.TryGetValue(PairOf(note), out var same))
            links[PairOf(note)] = same = [];
        same.Add(note);
        joined?.Join(note);
        return MergeVerdict.InForce;
    }

    private MergeVerdict Merge(MergeNote note, bool isForced)
    {
        if (LeadsTo(note.Survivor, note.Retired))
        {
            if (!isForced)
                return MergeVerdict.Reversed;
            End(note.Survivor);
        }

        // The latest word of its source on an identifier counts: it belongs to one human at a time.
        var earlier = retiredBy.GetValueOrDefault(note.Retired);
        var isAnother = earlier is not null && earlier.Survivor != note.Survivor;
        if (isAnother)
            Retire(note.Retired, by: null);
        if (!isForced && AreApart(note))
        {
            if (isAnother)
                Retire(note.Retired, earlier);
            return MergeVerdict.Doubtful;
        }

        if (isAnother)
            verdicts[earlier!.Number] = MergeVerdict.Ended;
        Retire(note.Retired, note);
        return MergeVerdict.InForce;
    }

    /// <summary>A37: whatever made one human of just these two.</summary>
    private MergeVerdict Part(MergeNote note)
    {
        if (links.Remove(PairOf(note), out var ended))
        {
            ended.ForEach(l => verdicts[l.Number] = MergeVerdict.Ended);
            joined = null;
        }
        foreach (var key in (ReadOnlySpan<string>)[note.Retired, note.Survivor])
        {
            if (retiredBy.TryGetValue(key, out var merge) && PairOf(merge) == PairOf(note))
                End(key);
        }

        return MergeVerdict.InForce;
    }

    private static (string, string) PairOf(MergeNote note) =>
        string.CompareOrdinal(note.Retired, note.Survivor) < 0 ? (note.Retired, note.Survivor) : (note.Survivor, note.Retired);

    private void End(string key)
    {
        if (!retiredBy.TryGetValue(key, out var ended))
            return;
        verdicts[ended.Number] = MergeVerdict.Ended;
        Retire(key, by: null);
    }

    private void Retire(string key, MergeNote? by)
    {
        if (by is null)
        {
            retiredBy.Remove(key);
            joined = null;
            return;
        }

        retiredBy[key] = by;
        joined?.Join(by);
    }

    private bool LeadsTo(string key, string end)
    {
        if (!Joined().AreOne(key, end))
            return false;
        for (var at = key; retiredBy.TryGetValue(at, out var merge);)
        {
            at = merge.Survivor;
            if (at == end)
                return true;
        }

        return false;
    }

    private bool AreApart(MergeNote note) => Joined().YearsBetween(note.Retired, note.Survivor) > MostYearsApart;

    private JoinedKeys Joined()
    {
        if (joined is not null)
            return joined;
        joined = new JoinedKeys(YearOf);
        foreach (var note in retiredBy.Values.Concat(links.Values.Select(l => l[0])))
            joined.Join(note);
        return joined;
    }

    private int? YearOf(string key)
    {
        if (!years.TryGetValue(key, out var year))
            years[key] = year = bornIn(key);
        return year;
    }

    private ImmutableSortedDictionary<string, string> Survivors()
    {
        var survivors = new Dictionary<string, string>(retiredBy.Count, StringComparer.Ordinal);
        var way = new List<string>();
        foreach (var key in retiredBy.Keys)
        {
            var at = key;
            while (!survivors.ContainsKey(at) && retiredBy.TryGetValue(at, out var merge))
            {
                way.Add(at);
                at = merge.Survivor;
            }

            var last = survivors.GetValueOrDefault(at, at);
            way.ForEach(passed => survivors[passed] = last);
            way.Clear();
        }

        return survivors.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private ImmutableArray<ImmutableArray<string>> Humans()
    {
        var standing = Joined();
        return
        [
            .. retiredBy.Values.Concat(links.Values.Select(l => l[0])).SelectMany(n => new[] { n.Retired, n.Survivor })
                .Distinct().Order(StringComparer.Ordinal).GroupBy(standing.HumanOf).Select(h => h.ToImmutableArray()),
        ];
    }
}
