using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using FhirGateway.Normalization;

namespace FhirGateway.People;

/// <summary>
/// Links source records to persons: by an exact identifier, or by family, given, birth date, sex and ZIP where all are
/// present, equal after case folding and unique on both sides. Two candidates or a conflicting identifier of one
/// namespace: no link. Never a guess.
/// </summary>
public static partial class PersonMatcher
{
    /// <summary>
    /// Inserts or updates the record and links it. A record whose facts are as before keeps its link. A changed record that
    /// shares its person keeps that link through a move or a marriage, may bring others to it by an exact identifier, and
    /// loses it only when its identifiers now conflict with the others': then it is matched anew, without them.
    /// </summary>
    public static Match Upsert(
        IPeopleState state, RecordKind kind, int owner, string key, PatientFacts facts, ImmutableArray<RecordIdentifier> identifiers)
    {
        var fingerprint = Fingerprint(facts, identifiers);
        var known = state.Find(kind, owner, key);
        if (known is not null && known.Facts == fingerprint)
            return new Match(known, MatchOutcome.Unchanged, null, []);
        var demographics = DemographicKey.Of(facts);
        var linked = known is null ? [] : state.OfPerson(known.Person);
        var unit = LinkUnit.Of(state, kind, owner, known, linked, identifiers, demographics);
        var others = linked.Where(r => !unit.Contains(r.Number)).ToList();
        var split = others.Count > 0 && Conflicts(Values(unit.Identifiers), ValuesOf(state, others));
        var search = others.Count > 0 && !split ? SearchShared(state, unit, known!.Person) : Search(state, unit);
        var record = known is null
            ? state.Insert(kind, owner, key, search.Person, demographics, fingerprint, facts.BirthDate?.Year)
            : known with
            {
                Person = search.Person ?? (split ? state.NewPerson() : known.Person),
                Demographics = demographics,
                Facts = fingerprint,
                Born = facts.BirthDate?.Year ?? known.Born,
            };
        if (known is not null)
            state.Update(record);
        state.SetIdentifiers(record.Number, identifiers);
        foreach (var member in unit.Members.Where(m => m.Number != record.Number && m.Person != record.Person))
            state.Update(member with { Person = record.Person });
        Adopt(state, search.Retired, record.Person);
        if (record.Human is not null)
            search = search with { Retired = [.. search.Retired, .. JoinByDemographics(state, record)] };
        var left = known is not null && known.Person != record.Person && !search.Retired.Contains(known.Person);
        return new Match(record, search.Outcome, left && !split ? known!.Person : null, search.Retired)
        {
            SplitFrom = split ? known!.Person : null,
        };
    }

    /// <summary>
    /// Evidence was taken back: the record has these facts and keys again, and everyone it was linked with is judged by what is
    /// left. Those that nothing links any more part; the first of them keep the person.
    /// </summary>
    /// <returns>What changed; the record's own match is the last.</returns>
    public static IReadOnlyList<Match> Revert(
        IPeopleState state, SourceRecord record, PatientFacts facts, ImmutableArray<RecordIdentifier> identifiers)
    {
        var person = record.Person;
        if (record.Human is not null)
            return RevertMerged(state, record, facts, identifiers);
        var others = state.OfPerson(person).Where(r => r.Number != record.Number).ToList();
        var matches = new List<Match>();
        state.SetIdentifiers(record.Number, []);
        state.Update(record with { Person = others.Count > 0 ? state.NewPerson() : person, Demographics = null, Facts = SourceRecord.Retired });
        foreach (var part in Parts(state, others).Skip(1))
        {
            var split = state.NewPerson();
            foreach (var member in part)
                state.Update(member with { Person = split });
            matches.Add(new Match(part[0] with { Person = split }, MatchOutcome.None, null, []) { SplitFrom = person });
        }

        var own = Upsert(state, record.Kind, record.Owner, record.Key, facts, identifiers);
        if (others.Count > 0)
            own = own with { Moved = null, SplitFrom = own.Record.Person == person ? null : person };
        matches.Add(own);
        return matches;
    }

    /// <summary>The records in parts whose members are linked by an identifier or by demographics, directly or through others.</summary>
    private static List<List<SourceRecord>> Parts(IPeopleState state, List<SourceRecord> records)
    {
        var keys = records.Select(r => state.IdentifiersOf(r.Number)).ToList();
        var parts = new List<List<int>>();
        for (var i = 0; i < records.Count; i++)
        {
            var joined = parts.Where(p => p.Exists(j => AreLinked(records[i], keys[i], records[j], keys[j]))).ToList();
            parts.RemoveAll(joined.Contains);
            parts.Add([.. joined.SelectMany(p => p), i]);
        }

        return [.. parts.Select(p => p.Order().Select(i => records[i]).ToList()).OrderBy(p => p[0].Number)];
    }

    private static bool AreLinked(
        SourceRecord a, IReadOnlyList<RecordIdentifier> keysOfA, SourceRecord b, IReadOnlyList<RecordIdentifier> keysOfB) =>
        IsOneHuman(a, b)
        || (a.Demographics is { } key && b.Demographics is { } other && key.Value == other.Value)
        || keysOfA.Any(i => MayLink(i, a.Kind, b.Kind) && keysOfB.Any(o => o.Key == i.Key));

    /// <summary>A changed record of a shared person: does an exact identifier now say that other persons are the same human?</summary>
    private static Found SearchShared(IPeopleState state, LinkUnit unit, PersonId own)
    {
        var (persons, exact) = ByKeys(state, unit);
        if (persons.All(p => p == own.Value))
            return Found.Nothing(MatchOutcome.Unchanged);
        persons.Add(own.Value);
        exact.Add(own.Value);
        return ByIdentifier(state, unit, persons, exact);
    }

    private static Found Search(IPeopleState state, LinkUnit unit)
    {
        var (persons, exact) = ByKeys(state, unit);
        if (persons.Count > 0)
            return ByIdentifier(state, unit, persons, exact);
        var nothing = Found.Nothing(MatchOutcome.None);
        foreach (var demographics in unit.Demographics)
        {
            var found = ByDemographics(state, unit, demographics);
            if (found.Person is not null)
                return found;
            if (found.Outcome != MatchOutcome.None)
                nothing = found;
        }

        return nothing;
    }

    /// <summary>The persons that any key finds, and those among them that an identifier finds rather than a member key.</summary>
    private static (SortedSet<long> Persons, HashSet<long> Exact) ByKeys(IPeopleState state, LinkUnit unit)
    {
        var persons = new SortedSet<long>();
        var exact = new HashSet<long>();
        foreach (var identifier in unit.Identifiers)
        {
            foreach (var other in state.WithIdentifier(identifier))
            {
                if (unit.Contains(other.Number) || !MayLink(identifier, unit.Kind, other.Kind))
                    continue;
                persons.Add(other.Person.Value);
                if (!identifier.IsMemberKey)
                    exact.Add(other.Person.Value);
            }
        }

        return (persons, exact);
    }

    /// <summary>A member key says "the payer calls this human so": it links a row to Patients, never two rows or two Patients.</summary>
    private static bool MayLink(RecordIdentifier identifier, RecordKind kind, RecordKind other) =>
        !identifier.IsMemberKey
        || (kind is RecordKind.Roster or RecordKind.OptOut) != (other is RecordKind.Roster or RecordKind.OptOut)
        || (kind != other && kind is RecordKind.Roster or RecordKind.OptOut && other is RecordKind.Roster or RecordKind.OptOut);

    private static Found ByIdentifier(IPeopleState state, LinkUnit unit, SortedSet<long> found, HashSet<long> exact)
    {
        ImmutableArray<PersonId> persons = [.. found.Select(p => new PersonId(p))];
        var values = Values(unit.Identifiers);
        var patients = new HashSet<int>();
        var joined = new List<SourceRecord>(unit.Members);
        foreach (var person in persons)
        {
            var records = state.OfPerson(person).Where(r => !unit.Contains(r.Number)).ToList();
            var theirs = ValuesOf(state, records);
            if (Conflicts(values, theirs) || (unit.Kind == RecordKind.Patient && AreKnownApart(state, unit, joined, records)))
                return Found.Nothing(MatchOutcome.Conflict);
            if (unit.Kind == RecordKind.Patient && !exact.Contains(person.Value)
                && records.Any(r => r.Kind == unit.Kind && r.Owner == unit.Owner))
                return Found.Nothing(MatchOutcome.Ambiguous);
            if (persons.Length > 1)
            {
                // Its own record counts where it was linked before, not where it is about to be.
                var own = unit.Kind == RecordKind.Patient && unit.Members.Any(m => m.Person == person) ? [unit.Owner] : Array.Empty<int>();
                foreach (var source in records.Where(r => r.Kind == RecordKind.Patient).Select(r => r.Owner).Concat(own).Distinct())
                {
                    if (!patients.Add(source))
                        return Found.Nothing(MatchOutcome.Ambiguous);
                }

                joined.AddRange(records);
                foreach (var (ns, keys) in theirs)
                    values[ns] = values.TryGetValue(ns, out var mine) ? [.. mine, .. keys] : keys;
            }
        }

        return new Found(persons[0], MatchOutcome.Identifier, persons[1..]);
    }

    private static Found ByDemographics(IPeopleState state, LinkUnit unit, DemographicKey key)
    {
        var others = state.WithDemographics(key).Where(r => !unit.Contains(r.Number)).ToList();
        if (others.Count == 0)
            return Found.Nothing(MatchOutcome.None);
        var persons = others.Select(r => r.Person).Distinct().ToList();
        var records = state.OfPerson(persons[0]).Where(r => !unit.Contains(r.Number)).ToList();
        if (persons.Count > 1 || records.Any(r => r.Kind == unit.Kind && r.Owner == unit.Owner && r.Facts != SourceRecord.Retired))
            return Found.Nothing(MatchOutcome.Ambiguous);
        return Conflicts(Values(unit.Identifiers), ValuesOf(state, records))
            ? Found.Nothing(MatchOutcome.Conflict)
            : new Found(persons[0], MatchOutcome.Demographics, []);
    }

    private static Dictionary<long, HashSet<Guid>> ValuesOf(IPeopleState state, IEnumerable<SourceRecord> records) =>
        Values(records.SelectMany(r => state.IdentifiersOf(r.Number)));

    private static Dictionary<long, HashSet<Guid>> Values(IEnumerable<RecordIdentifier> identifiers)
    {
        var values = new Dictionary<long, HashSet<Guid>>();
        foreach (var identifier in identifiers)
        {
            if (identifier.IsMemberKey)
                continue;
            if (!values.TryGetValue(identifier.Namespace, out var keys))
                values[identifier.Namespace] = keys = [];
            keys.Add(identifier.Key);
        }

        return values;
    }

    private static bool Conflicts(Dictionary<long, HashSet<Guid>> mine, Dictionary<long, HashSet<Guid>> theirs)
    {
        foreach (var (ns, keys) in mine)
        {
            if (theirs.TryGetValue(ns, out var other) && !keys.Overlaps(other))
                return true;
        }

        return false;
    }

    private static long Fingerprint(PatientFacts facts, ImmutableArray<RecordIdentifier> identifiers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[24];
        foreach (var identifier in identifiers.OrderBy(i => i.Key))
        {
            identifier.Key.TryWriteBytes(bytes);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], identifier.Namespace);
            hash.AppendData(bytes);
        }

        hash.AppendData(Encoding.UTF8.GetBytes(
            $"{facts.Family}\n{facts.Given}\n{facts.BirthDate:O}\n{facts.Sex}\n{facts.PostalCode}"));
        return BinaryPrimitives.ReadInt64LittleEndian(hash.GetHashAndReset()) | 1;
    }

    private sealed record Found(PersonId? Person, MatchOutcome Outcome, ImmutableArray<PersonId> Retired)
    {
        public static Found Nothing(MatchOutcome outcome) => new(null, outcome, []);
    }
}
