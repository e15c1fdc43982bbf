using System.Collections.Immutable;
using FhirGateway.Normalization.Adt;
using FhirGateway.People;

namespace FhirGateway.Tests.People;

/// <summary>What <see cref="MergeFold"/> must come to, written as plainly as it can be: it goes through all edges for every note.</summary>
internal sealed class PlainMergeFold
{
    private readonly Dictionary<string, MergeNote> retiredBy = new(StringComparer.Ordinal);
    private readonly List<MergeNote> links = [];
    private readonly HashSet<(bool IsLink, string Retired, string Survivor)> undone = [];
    private readonly Dictionary<long, MergeVerdict> verdicts = [];
    private readonly Func<string, int?> bornIn;

    private PlainMergeFold(Func<string, int?> bornIn) => this.bornIn = bornIn;

    public static FoldedMerges Fold(IReadOnlyCollection<MergeNote> notes, Func<string, int?>? bornIn = null)
    {
        var fold = new PlainMergeFold(bornIn ?? (static _ => null));
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
        links.Add(note);
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
        retiredBy.Remove(note.Retired, out var earlier);
        if (!isForced && AreApart(note))
        {
            if (earlier is not null)
                retiredBy[note.Retired] = earlier;
            return MergeVerdict.Doubtful;
        }

        if (earlier is not null && earlier.Survivor != note.Survivor)
            verdicts[earlier.Number] = MergeVerdict.Ended;
        retiredBy[note.Retired] = note;
        return MergeVerdict.InForce;
    }

    /// <summary>A37: whatever made one human of just these two.</summary>
    private MergeVerdict Part(MergeNote note)
    {
        foreach (var link in links.Where(l => IsOf(l, note)))
            verdicts[link.Number] = MergeVerdict.Ended;
        links.RemoveAll(l => IsOf(l, note));
        foreach (var key in (ReadOnlySpan<string>)[note.Retired, note.Survivor])
        {
            if (retiredBy.TryGetValue(key, out var merge) && IsOf(merge, note))
                End(key);
        }

        return MergeVerdict.InForce;
    }

    private static bool IsOf(MergeNote one, MergeNote other) =>
        (one.Retired == other.Retired && one.Survivor == other.Survivor) || (one.Retired == other.Survivor && one.Survivor == other.Retired);

    private void End(string key)
    {
        if (retiredBy.Remove(key, out var ended))
            verdicts[ended.Number] = MergeVerdict.Ended;
    }

    private bool LeadsTo(string key, string end)
    {
        for (var at = key; retiredBy.TryGetValue(at, out var merge);)
        {
            at = merge.Survivor;
            if (at == end)
                return true;
        }

        return false;
    }

    private bool AreApart(MergeNote note)
    {
        int? first = null;
        int? last = null;
        foreach (var key in Around(note.Retired).Concat(Around(note.Survivor)))
        {
            if (bornIn(key) is not { } year)
                continue;
            first = Math.Min(first ?? year, year);
            last = Math.Max(last ?? year, year);
        }

        return last - first > MergeFold.MostYearsApart;
    }

    /// <summary>The keys of the human that has this one.</summary>
    private HashSet<string> Around(string key)
    {
        var found = new HashSet<string>(StringComparer.Ordinal) { key };
        var open = new Queue<string>(found);
        while (open.TryDequeue(out var at))
        {
            foreach (var edge in retiredBy.Values.Concat(links))
            {
                var other = edge.Retired == at ? edge.Survivor : edge.Survivor == at ? edge.Retired : null;
                if (other is not null && found.Add(other))
                    open.Enqueue(other);
            }
        }

        return found;
    }

    private ImmutableSortedDictionary<string, string> Survivors()
    {
        var survivors = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var key in retiredBy.Keys)
        {
            var at = key;
            while (retiredBy.TryGetValue(at, out var merge))
                at = merge.Survivor;
            survivors[key] = at;
        }

        return survivors.ToImmutable();
    }

    private ImmutableArray<ImmutableArray<string>> Humans()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var humans = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var key in retiredBy.Keys.Concat(links.Select(l => l.Retired)).Order(StringComparer.Ordinal))
        {
            if (seen.Contains(key))
                continue;
            var around = Around(key);
            seen.UnionWith(around);
            humans.Add([.. around.Order(StringComparer.Ordinal)]);
        }

        return [.. humans.OrderBy(h => h[0], StringComparer.Ordinal)];
    }
}
