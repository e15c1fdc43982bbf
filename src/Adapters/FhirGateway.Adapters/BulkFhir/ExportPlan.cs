using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// Which exchanges bring a source's data up to date: one per <c>_since</c>. A type whose files could not be fetched keeps its
/// older mark, so that it is asked for from there until it is here. Overlap is harmless: what did not change publishes nothing.
/// </summary>
public static class ExportPlan
{
    /// <summary>Marks this close are asked for as one, from the earliest on.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromDays(1);

    /// <summary>The data exchanges, those with a <c>_since</c> first, each with its types; no types means all, no <c>_since</c> everything.</summary>
    /// <param name="types">The types that are wanted; empty for all that the server gives.</param>
    /// <param name="marks">What is remembered of the scope.</param>
    /// <param name="isFull">Everything is asked for again.</param>
    /// <param name="since">Where given, instead of what is remembered.</param>
    public static ImmutableArray<ExportSlice> Of(ImmutableArray<string> types, IReadOnlyList<ExportMark> marks, bool isFull, string? since)
    {
        if (isFull || since is not null)
            return [new ExportSlice(types, since)];
        var all = marks.FirstOrDefault(m => m.Type == ExportMark.AllTypes).Since;
        if (!types.IsEmpty)
            return Merge(types.Select(t => marks.Any(m => m.Type == t) ? marks.First(m => m.Type == t) : new ExportMark(t, all)));
        if (all is null)
            return [new ExportSlice([], null)];
        var from = marks.Where(m => m.Since is { } s && s != all && IsNear(s, all)).Select(m => m.Since!).Append(all).MinBy(Time)!;
        var behind = marks.Where(m => m.Type != ExportMark.AllTypes && IsBehind(m.Since, from));
        return [new ExportSlice([], from), .. Merge(behind)];
    }

    /// <summary>The marks after an exchange: what is here now, and what stays behind because files of it are missing.</summary>
    /// <param name="slice">What was asked for.</param>
    /// <param name="transactionTime">The server's time of its snapshot; null where it gave none: then nothing advances.</param>
    /// <param name="missing">Types of which files are missing; null where something is missing and nobody knows of which type.</param>
    /// <param name="before">What is remembered of the scope.</param>
    public static IReadOnlyList<ExportMark> After(
        ExportSlice slice, string? transactionTime, IReadOnlyCollection<string>? missing, IReadOnlyList<ExportMark> before)
    {
        if (transactionTime is null || missing is null)
            return [];
        if (!slice.Types.IsEmpty)
            return [.. slice.Types.Where(t => !missing.Contains(t)).Select(t => new ExportMark(t, transactionTime))];
        var marks = new List<ExportMark> { new(ExportMark.AllTypes, transactionTime) };
        foreach (var mark in before.Where(m => m.Type != ExportMark.AllTypes && !missing.Contains(m.Type)))
            marks.Add(slice.Since is { } since && IsBehind(mark.Since, since) ? mark : mark with { Since = transactionTime });
        foreach (var type in missing)
        {
            var mark = before.FirstOrDefault(m => m.Type == type);
            var wasBehind = mark.Type is not null && (slice.Since is not { } since || IsBehind(mark.Since, since));
            marks.Add(new ExportMark(type, wasBehind && slice.Since is not null ? mark.Since : slice.Since));
        }

        return marks;
    }

    /// <summary>The instant of a mark.</summary>
    public static DateTimeOffset Time(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);

    private static ImmutableArray<ExportSlice> Merge(IEnumerable<ExportMark> marks)
    {
        var slices = ImmutableArray.CreateBuilder<ExportSlice>();
        foreach (var mark in marks.OrderBy(m => m.Since is null).ThenBy(m => m.Since is null ? default : Time(m.Since)))
        {
            var last = slices.Count == 0 ? null : slices[^1];
            if (last is not null && (last.Since is null ? mark.Since is null : mark.Since is { } since && IsNear(last.Since, since)))
                slices[^1] = last with { Types = last.Types.Add(mark.Type) };
            else
                slices.Add(new ExportSlice([mark.Type], mark.Since));
        }

        return slices.ToImmutable();
    }

    private static bool IsNear(string earlier, string later) => (Time(later) - Time(earlier)).Duration() <= Near;

    private static bool IsBehind(string? mark, string from) => mark is null || Time(mark) < Time(from);
}
