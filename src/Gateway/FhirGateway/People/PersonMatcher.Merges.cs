using System.Collections.Immutable;
using FhirGateway.Normalization;

namespace FhirGateway.People;

/// <summary>What a source says of its own identifiers goes before everything that is found by comparing: its records are linked as one.</summary>
public static partial class PersonMatcher
{
    /// <summary>
    /// Records of one source are one human: all that is linked with any of them is linked with all. Where that would make one of two
    /// whom other sources know as two, all of them are judged anew.
    /// </summary>
    /// <param name="state">The store.</param>
    /// <param name="members">The one that carries on first.</param>
    /// <returns>What changed; empty if they were one already.</returns>
    public static IReadOnlyList<Match> Join(IPeopleState state, IReadOnlyList<SourceRecord> members)
    {
        var human = members.Min(m => m.Number);
        if (members.All(m => m.Human == human && m.Person == members[0].Person))
            return [];
        if (!Fit(state, members))
            return Arrange(state, [members], new Dictionary<long, int>());
        var person = members[0].Person;
        ImmutableArray<PersonId> retired = [.. members.Select(m => m.Person).Where(p => p != person).Distinct()];
        foreach (var member in members)
            state.Update(member with { Human = human, Person = person });
        Adopt(state, retired, person);
        var unit = LinkUnit.Of(state, [.. members.Select(m => state.Get(m.Number))]);
        var found = state.OfPerson(person).Count > unit.Members.Length ? SearchShared(state, unit, person) : Search(state, unit);
        if (found.Person is { } other)
        {
            ImmutableArray<PersonId> gone = [.. found.Retired.Append(person).Where(p => p != other).Distinct()];
            Adopt(state, gone, other);
            retired = [.. retired.Concat(gone)];
        }

        retired = [.. retired, .. JoinByDemographics(state, state.Get(members[0].Number))];
        return [new Match(state.Get(members[0].Number), MatchOutcome.Merged, null, retired)];
    }

    /// <summary>
    /// Judges anew, in the order in which they came, how all records of some persons are linked. Those that go on with the first
    /// members of a group keep the person; the others get one of their own.
    /// </summary>
    /// <param name="state">The store.</param>
    /// <param name="groups">Records of one source each that are one human from now on; one alone stands for itself again.</param>
    /// <param name="together">By record a number that those share who were linked before, and are again if nothing speaks against it.</param>
    public static IReadOnlyList<Match> Arrange(
        IPeopleState state, IReadOnlyList<IReadOnlyList<SourceRecord>> groups, IReadOnlyDictionary<long, int> together)
    {
        var humans = new Dictionary<long, long?>();
        foreach (var group in groups)
        {
            foreach (var member in group)
                humans[member.Number] = group.Count > 1 ? group.Min(m => m.Number) : null;
        }

        var persons = groups.SelectMany(g => g).Select(m => m.Person).Distinct().ToList();
        var before = persons.SelectMany(state.OfPerson).OrderBy(r => r.Number).ToList();
        var known = before.ToDictionary(r => r.Number, r => (Record: r with { Human = humans.GetValueOrDefault(r.Number, r.Human) }, Keys: state.IdentifiersOf(r.Number)));
        var nobody = TakeOut(state, before);
        var gone = new List<Match>();
        foreach (var unit in known.Values.GroupBy(k => k.Record.Human ?? -k.Record.Number).OrderBy(g => g.Min(k => k.Record.Number)))
        {
            // Persons beside these that turned out to be one through them: their keys are known outside.
            ImmutableArray<PersonId> others = [.. PutBack(state, [.. unit.Select(u => u.Record)], known, together, nobody).Where(p => p.Value < nobody.Value)];
            if (!others.IsEmpty)
                gone.Add(new Match(unit.First().Record, MatchOutcome.Merged, null, others));
        }

        var firsts = groups.SelectMany(g => g).Select(m => m.Number).ToList();
        return [.. Settle(state, persons, before, firsts), .. gone.Select(m => m with { Record = state.Get(m.Record.Number) })];
    }

    private static PersonId TakeOut(IPeopleState state, List<SourceRecord> records)
    {
        var nobody = state.NewPerson();
        foreach (var record in records)
        {
            state.SetIdentifiers(record.Number, []);
            state.Update(record with { Person = nobody, Demographics = null, Human = null });
        }

        return nobody;
    }

    private static List<PersonId> PutBack(
        IPeopleState state, List<SourceRecord> records, Dictionary<long, (SourceRecord Record, IReadOnlyList<RecordIdentifier> Keys)> known,
        IReadOnlyDictionary<long, int> together, PersonId nobody)
    {
        var alone = state.NewPerson();
        foreach (var record in records)
        {
            state.Update(record with { Person = alone });
            state.SetIdentifiers(record.Number, [.. known[record.Number].Keys]);
        }

        var unit = LinkUnit.Of(state, [.. records.Select(r => r with { Person = alone })]);
        var found = Rejoin(state, unit, known.Keys, together, nobody) ?? Search(state, unit);
        if (found.Person is { } person)
            Adopt(state, [alone, .. found.Retired], person);
        return records.Count > 1 ? [.. found.Retired, .. JoinByDemographics(state, state.Get(records[0].Number))] : [.. found.Retired];
    }

    /// <summary>
    /// Several records of one human may go by several names, and each name be on a list of its own: all of them are his.
    /// </summary>
    /// <returns>Persons that turned out to be his and were merged into it.</returns>
    private static List<PersonId> JoinByDemographics(IPeopleState state, SourceRecord record)
    {
        var own = record.Person;
        var linked = state.OfPerson(own);
        var unit = LinkUnit.Of(state, [.. linked.Where(r => r.Human == record.Human)]);
        var joined = linked.Where(r => !unit.Contains(r.Number)).ToList();
        var retired = new List<PersonId>();
        foreach (var demographics in unit.Demographics)
        {
            var persons = state.WithDemographics(demographics).Where(r => !unit.Contains(r.Number)).Select(r => r.Person).Distinct().ToList();
            if (persons is not [var person] || person == own)
                continue;
            var records = state.OfPerson(person);
            var owners = joined.Where(r => r.Kind == RecordKind.Patient).Select(r => r.Owner).Append(unit.Owner).ToHashSet();
            if (records.Any(r => r.Kind == RecordKind.Patient && owners.Contains(r.Owner))
                || Conflicts(ValuesOf(state, [.. unit.Members, .. joined]), ValuesOf(state, records)) || Contradict(state, joined, records))
                continue;
            Adopt(state, [person], own);
            joined.AddRange(records);
            retired.Add(person);
        }

        return retired;
    }

    /// <summary>They were linked through a move or a marriage, which nothing that can be compared says any more.</summary>
    private static Found? Rejoin(
        IPeopleState state, LinkUnit unit, IReadOnlyCollection<long> known, IReadOnlyDictionary<long, int> together, PersonId nobody)
    {
        foreach (var member in unit.Members)
        {
            if (!together.TryGetValue(member.Number, out var group))
                continue;
            foreach (var other in known.Where(n => !unit.Contains(n) && together.TryGetValue(n, out var theirs) && theirs == group))
            {
                var record = state.Get(other);
                // Patients of one source part here: only the source makes them one.
                if ((record.Kind == unit.Kind && record.Owner == unit.Owner) || record.Person == nobody)
                    continue;
                var records = state.OfPerson(record.Person);
                if (records.Any(r => r.Kind == RecordKind.Patient && r.Kind == unit.Kind && r.Owner == unit.Owner)
                    || Conflicts(Values(unit.Identifiers), ValuesOf(state, records)))
                    continue;
                return new Found(record.Person, MatchOutcome.Unchanged, []);
            }
        }

        return null;
    }

    /// <summary>Gives the persons back to those who stand for them, and says what became of the others.</summary>
    private static List<Match> Settle(IPeopleState state, List<PersonId> persons, List<SourceRecord> before, List<long> firsts)
    {
        var matches = new List<Match>();
        var claimed = new HashSet<PersonId>();
        foreach (var person in persons)
        {
            var members = before.Where(r => r.Person == person)
                .OrderBy(r => firsts.IndexOf(r.Number) is var at and >= 0 ? at : int.MaxValue).ThenBy(r => r.Number).Select(r => state.Get(r.Number)).ToList();
            if (members.Find(m => before.TrueForAll(b => b.Person != m.Person) && !claimed.Contains(m.Person)) is not { } first)
                continue;
            // Found only while it was judged anew: nobody was told of that person, and the old one takes its place. Unless it is another's.
            if (IsNew(state, first.Person, before))
                Adopt(state, [first.Person], person);
            claimed.Add(state.Get(first.Number).Person);
        }

        foreach (var person in persons)
        {
            var survives = state.OfPerson(person).Count > 0;
            foreach (var part in before.Where(r => r.Person == person).Select(r => state.Get(r.Number)).GroupBy(r => r.Person))
            {
                if (part.Key == person)
                    continue;
                var first = part.First();
                matches.Add(survives
                    ? new Match(first, MatchOutcome.None, null, []) { SplitFrom = person }
                    : new Match(first, MatchOutcome.Merged, null, [person]));
                survives = true;
            }

            if (state.OfPerson(person) is [var kept, ..])
                matches.Add(new Match(kept, MatchOutcome.Merged, null, []) { SplitFrom = person });
        }

        return matches;
    }

    /// <summary>Whether all its records are among those that were judged anew.</summary>
    private static bool IsNew(IPeopleState state, PersonId person, List<SourceRecord> before) =>
        state.OfPerson(person).All(r => before.Exists(b => b.Number == r.Number));

    /// <summary>Whether the persons of these records can be one without contradiction.</summary>
    private static bool Fit(IPeopleState state, IReadOnlyList<SourceRecord> members)
    {
        var persons = members.Select(m => m.Person).Distinct().ToList();
        var union = members.SelectMany(m => state.IdentifiersOf(m.Number)).ToList();
        var all = Values(union);
        var parts = persons.Select(p => state.OfPerson(p).Where(r => members.All(m => m.Number != r.Number)).ToList()).Where(p => p.Count > 0).ToList();
        for (var i = 0; i < parts.Count; i++)
        {
            if (Conflicts(all, ValuesOf(state, parts[i])))
                return false;
            for (var j = 0; j < i; j++)
            {
                var owners = parts[i].Where(r => r.Kind == RecordKind.Patient).Select(r => r.Owner).ToHashSet();
                if (parts[j].Any(r => r.Kind == RecordKind.Patient && owners.Contains(r.Owner)) || Contradict(state, parts[i], parts[j]))
                    return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Several numbers of one human in one namespace, which only a merge brings, must not make one of others who have one of them each.
    /// </summary>
    private static bool AreKnownApart(IPeopleState state, LinkUnit unit, List<SourceRecord> joined, List<SourceRecord> records)
    {
        if (unit.Members.Length <= 1 && records.TrueForAll(r => r.Human is null))
            return false;
        var others = joined.Where(r => !unit.Contains(r.Number)).ToList();
        return unit.Members.Length > 1 ? Contradict(state, others, records) : ContradictsAny(state, Values(unit.Identifiers), records);
    }

    private static bool Contradict(IPeopleState state, IEnumerable<SourceRecord> one, IReadOnlyList<SourceRecord> other) =>
        Humans(one).Any(h => ContradictsAny(state, ValuesOf(state, h), other));

    private static bool ContradictsAny(IPeopleState state, Dictionary<long, HashSet<Guid>> values, IReadOnlyList<SourceRecord> records) =>
        Humans(records).Any(h => Conflicts(values, ValuesOf(state, h)));

    private static IEnumerable<IEnumerable<SourceRecord>> Humans(IEnumerable<SourceRecord> records) =>
        records.Where(r => r.Kind == RecordKind.Patient).GroupBy(r => r.Human ?? -r.Number);

    private static bool IsOneHuman(SourceRecord a, SourceRecord b) => a.Human is { } human && human == b.Human;

    private static void Adopt(IPeopleState state, IEnumerable<PersonId> retired, PersonId by)
    {
        foreach (var person in retired)
        {
            foreach (var record in state.OfPerson(person))
                state.Update(record with { Person = by });
        }
    }

    /// <summary>As <see cref="Revert"/>, of a record that is one human with others: they stay so.</summary>
    private static IReadOnlyList<Match> RevertMerged(
        IPeopleState state, SourceRecord record, PatientFacts facts, ImmutableArray<RecordIdentifier> identifiers)
    {
        var group = state.OfPerson(record.Person).Where(r => r.Human == record.Human).ToList();
        state.SetIdentifiers(record.Number, identifiers);
        var reverted = record with { Demographics = DemographicKey.Of(facts), Facts = Fingerprint(facts, identifiers), Born = facts.BirthDate?.Year };
        state.Update(reverted);
        group[group.FindIndex(r => r.Number == record.Number)] = reverted;
        return [.. Arrange(state, [group], new Dictionary<long, int>()), new Match(state.Get(record.Number), MatchOutcome.None, null, [])];
    }
}
