using System.Collections.Immutable;

namespace FhirGateway.People;

/// <summary>What is linked as one: a record, together with those that its own source says are the same human.</summary>
/// <param name="Kind">Of all of them.</param>
/// <param name="Owner">Of all of them.</param>
/// <param name="Members">As stored; empty for a record that is not stored yet.</param>
/// <param name="Identifiers">Of all of them.</param>
/// <param name="Demographics">Those that they have.</param>
internal sealed record LinkUnit(
    RecordKind Kind, int Owner, ImmutableArray<SourceRecord> Members, ImmutableArray<RecordIdentifier> Identifiers, ImmutableArray<DemographicKey> Demographics)
{
    /// <summary>A record with facts that are about to be stored.</summary>
    /// <param name="state">Where the others' identifiers are.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="owner">Its owner.</param>
    /// <param name="known">As stored; null if it is new.</param>
    /// <param name="linked">All records of its person.</param>
    /// <param name="identifiers">Its identifiers now.</param>
    /// <param name="demographics">Its demographics now.</param>
    public static LinkUnit Of(
        IPeopleState state, RecordKind kind, int owner, SourceRecord? known, IReadOnlyList<SourceRecord> linked,
        ImmutableArray<RecordIdentifier> identifiers, DemographicKey? demographics)
    {
        ImmutableArray<DemographicKey> own = demographics is { } key ? [key] : [];
        if (known?.Human is not { } human)
            return new LinkUnit(kind, owner, known is null ? [] : [known], identifiers, own);
        var mates = linked.Where(r => r.Human == human && r.Number != known.Number).ToList();
        return new LinkUnit(kind, owner, [known, .. mates],
            [.. identifiers.Concat(mates.SelectMany(m => state.IdentifiersOf(m.Number))).Distinct()],
            [.. own.Concat(mates.Where(m => m.Demographics is not null).Select(m => m.Demographics!.Value)).Distinct()]);
    }

    /// <summary>Records as stored.</summary>
    public static LinkUnit Of(IPeopleState state, IReadOnlyList<SourceRecord> members) => new(
        members[0].Kind, members[0].Owner, [.. members],
        [.. members.SelectMany(m => state.IdentifiersOf(m.Number)).Distinct()],
        [.. members.Where(m => m.Demographics is not null).Select(m => m.Demographics!.Value).Distinct()]);

    public bool Contains(long record)
    {
        foreach (var member in Members)
        {
            if (member.Number == record)
                return true;
        }

        return false;
    }

    public override string ToString() => $"LinkUnit({Kind}, {Members.Length} records)";
}
