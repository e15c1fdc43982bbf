using System.Globalization;
using FhirGateway.Organizations;
using FhirGateway.People;

namespace FhirGateway.Processing;

/// <summary>Brings the links of source records to what their source's merges come to.</summary>
internal sealed class MergeLinks(IStateTransaction state, Publisher publisher, PatientRecords patients)
{
    /// <returns>Who was linked with whom before (<see cref="MergeNote.Before"/>); null if nothing came together.</returns>
    public string? Apply(Source source, IReadOnlyList<MergeNote> around, FoldedMerges folded)
    {
        var groups = folded.Humans.Select(h => h.OrderBy(k => folded.Survivors.ContainsKey(k)).ThenBy(k => k, StringComparer.Ordinal)
            .Select(k => patients.RecordOf(source, k, [])).ToList()).ToList();
        // A record that was made just now may have brought others together.
        groups = groups.ConvertAll(g => g.ConvertAll(r => state.People.Get(r.Number)));
        var known = around.SelectMany(n => new[] { n.Retired, n.Survivor }).Distinct().Order(StringComparer.Ordinal)
            .Select(k => state.People.Find(RecordKind.Patient, source.Number, k)).OfType<SourceRecord>().ToList();
        return known.Exists(r => Leaves(r, known, groups)) ? Part(source, around, folded, known, groups) : Join(groups);
    }

    /// <summary>Whether somebody who is one with it now will not be.</summary>
    private static bool Leaves(SourceRecord record, List<SourceRecord> known, List<List<SourceRecord>> groups)
    {
        if (record.Human is not { } human)
            return false;
        var group = groups.Find(g => g.Exists(r => r.Number == record.Number));
        return known.Exists(r => r.Human == human && r.Number != record.Number && group?.Exists(g => g.Number == r.Number) != true);
    }

    private string? Join(List<List<SourceRecord>> groups)
    {
        string? before = null;
        foreach (var numbers in groups)
        {
            // Another group's joining may have moved them.
            var group = numbers.ConvertAll(r => state.People.Get(r.Number));
            var persons = group.Select(r => r.Person).Distinct().ToList();
            var snapshot = string.Join(';', persons.Select(p => string.Join(',', state.People.OfPerson(p).Select(r => r.Number.ToString(CultureInfo.InvariantCulture)))));
            var matches = PersonMatcher.Join(state.People, group);
            if (matches.Count > 0)
                before = before is null ? snapshot : $"{before};{snapshot}";
            Follow(matches);
        }

        return before;
    }

    private string? Part(Source source, IReadOnlyList<MergeNote> around, FoldedMerges folded, List<SourceRecord> known, List<List<SourceRecord>> groups)
    {
        var alone = known.Where(r => r.Human is not null && !groups.Exists(g => g.Exists(m => m.Number == r.Number))).Select(r => new List<SourceRecord> { r });
        // Who carried on so far keeps the person.
        var ordered = groups.Concat(alone)
            .OrderByDescending(g => g.Exists(r => state.Merges.Survivor(source.Number, r.Key) is null && known.Exists(k => state.Merges.Survivor(source.Number, k.Key) == r.Key)))
            .ThenBy(g => g.Min(r => r.Number)).ToList();
        var together = new Dictionary<long, int>();
        var number = 0;
        foreach (var ended in around.Where(n => n.Verdict == MergeVerdict.InForce && folded.Verdicts[n.Number] != MergeVerdict.InForce && n.Before is not null))
        {
            foreach (var group in ended.Before!.Split(';'))
            {
                number++;
                foreach (var record in group.Split(','))
                    together[long.Parse(record, CultureInfo.InvariantCulture)] = number;
            }
        }

        var matches = PersonMatcher.Arrange(state.People, ordered, together);
        Follow(matches);
        foreach (var match in matches)
        {
            if (match.SplitFrom is { } kept && match.Record.Person != kept)
                publisher.WithdrawFromFollowersOf(match.Record.Person, kept);
        }

        return null;
    }

    private void Follow(IReadOnlyList<Match> matches)
    {
        foreach (var match in matches)
            LinkOutcome.Apply(state, publisher, match);
        publisher.Claims.ForgetRecords();
    }
}
