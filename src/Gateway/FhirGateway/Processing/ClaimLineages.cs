using FhirGateway.Claims;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.People;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>
/// Keeps the lives of claims inside one state transaction: judges the versions of a claim anew when one comes, changes or goes,
/// and publishes again those that stand otherwise by it, first those whose amounts no longer stand.
/// </summary>
public sealed class ClaimLineages(IStateTransaction state, Publisher publisher, IBodyStore bodies, DateOnly today)
{
    private readonly Dictionary<PersonId, List<long>> recordsOf = [];
    private readonly Dictionary<int, DateOnly?> paidThrough = [];

    /// <summary>Bodies of this transaction, which cannot be read before it commits.</summary>
    private readonly Dictionary<long, ReadOnlyMemory<byte>> written = [];
    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);

    /// <summary>Versions stored so far, by how they stand.</summary>
    public IReadOnlyDictionary<string, long> Counts => counts;

    /// <summary>A link changed, or a person got another record.</summary>
    public void ForgetRecords() => recordsOf.Clear();

    /// <summary>Judges a resource before it is stored; null if it tells of no claim, or of nobody's.</summary>
    public ClaimPlacement? Place(StoredResource? known, NormalizedResource resource, SourceRecord? record)
    {
        if (resource.IsPreauthorization)
            Count("preauthorization");
        if (resource.Claim is not { } facts || record is null)
        {
            if (known is not null)
                Remove(known);
            return null;
        }

        var before = known?.ClaimFacts is null ? null : state.Claims.Find(known.Number);
        var version = new ClaimVersion(known?.Number ?? long.MaxValue, resource.Id, record.Number, facts, known?.Claim, RepeatOf: null);
        var lineage = Gather(version, record.Person);
        if ((known?.ClaimFacts is null || known.RepeatOf is not null) && lineage is { Count: > 1 } && Original(version, resource.Json, lineage) is { } original)
        {
            Count("repeated");
            return new ClaimPlacement(version with { RepeatOf = original.Resource, Standing = null }, before, [], Merge(original, version));
        }

        var judged = Judge(version, lineage);
        Count(facts, judged.Standing);
        return new ClaimPlacement(version with { Standing = judged.Standing }, before, [.. judged.Others], null);
    }

    /// <summary>Writes what <see cref="Place"/> found, after the resource is stored.</summary>
    public void Settle(ClaimPlacement placed, StoredResource stored, ReadOnlyMemory<byte> json, PersonId person)
    {
        written[stored.Number] = json;
        var version = placed.Version with { Resource = stored.Number };
        if (!version.Facts.Keys.IsEmpty || placed.Before is not null)
            state.Claims.Save(version, placed.Before);
        if (placed.Original is { } original)
            state.Claims.Save(original, original);
        // Nobody may at any moment hold two versions of which each counts.
        if (version.Standing is not { IsCurrent: true })
            publisher.Evaluate(stored, person, json);
        Tell(placed.Others, person);
        if (placed.Before is { RepeatOf: null } before && (before.Record != version.Record || !before.Facts.Keys.SequenceEqual(version.Facts.Keys)))
            JudgeNeighbours(before);
        NotePaidThrough(stored);
    }

    /// <summary>A resource is deleted, or taken back with its submission: the claim is what its other versions say. Its own events are the caller's to withdraw.</summary>
    public void Remove(StoredResource resource)
    {
        if (resource.ClaimFacts is null)
            return;
        state.Resources.ForgetClaim(resource.Number);
        if (state.Claims.Find(resource.Number) is not { } version)
            return;
        state.Claims.Remove(version);
        Promote(version.Resource);
        if (version.RepeatOf is null)
            JudgeNeighbours(version);
    }

    /// <summary>A person's links changed: the versions of one claim may have come together or apart.</summary>
    /// <returns>The resource as it stands now.</returns>
    public StoredResource Relink(StoredResource resource, PersonId person)
    {
        if (resource.ClaimFacts is null || state.Claims.Find(resource.Number) is not { } version)
            return resource;
        if (version.RepeatOf is { } original)
        {
            if (state.Resources.Get(original).Record is { } of && state.People.Get(of).Person == person)
                return resource;
            version = version with { RepeatOf = null };
            state.Claims.Save(version, version with { RepeatOf = original });
        }

        return Judge(version, person, resource);
    }

    /// <summary>Judges a stored version and tells what changed; returns its resource, <paramref name="read"/> if that is as it is stored.</summary>
    private StoredResource Judge(ClaimVersion version, PersonId person, StoredResource? read = null)
    {
        var (standing, others) = Judge(version, Gather(version, person));
        if (version.Standing != standing)
        {
            state.Resources.SetClaim(version.Resource, standing, null);
            if (!standing.IsCurrent)
                publisher.Evaluate(state.Resources.Get(version.Resource), person, Json(version.Resource));
        }

        Tell(others, person);
        return read is { RepeatOf: null } && read.Claim == standing ? read : state.Resources.Get(version.Resource);
    }

    private void JudgeNeighbours(ClaimVersion gone)
    {
        var person = state.People.Get(gone.Record).Person;
        foreach (var neighbour in Gather(gone, person) ?? [])
        {
            // Each is read again: judging one changes others.
            if (neighbour.Resource == gone.Resource || state.Claims.Find(neighbour.Resource) is not { RepeatOf: null } now)
                continue;
            publisher.Evaluate(Judge(now, person), person, Json(now.Resource));
        }
    }

    /// <summary>The oldest repeat of a version that is gone takes its place, and the others repeat that.</summary>
    private void Promote(long gone)
    {
        ClaimVersion? heir = null;
        foreach (var number in state.Claims.RepeatsOf(gone))
        {
            var repeat = state.Claims.Find(number)!;
            var after = repeat with { RepeatOf = heir?.Resource };
            state.Claims.Save(after, repeat);
            state.Resources.SetClaim(number, null, after.RepeatOf);
            heir ??= after;
        }

        if (heir is null)
            return;
        var person = state.People.Get(heir.Record).Person;
        publisher.Evaluate(Judge(heir, person), person, Json(heir.Resource));
    }

    private static (ClaimStanding Standing, List<(ClaimVersion Version, ClaimStanding Standing)> Others) Judge(ClaimVersion version, List<ClaimVersion>? lineage)
    {
        if (lineage is null or { Count: 1 })
            return (ClaimLineage.Alone(version.Id, version.Facts, isBelieved: lineage is not null), []);
        var standings = ClaimLineage.Judge(lineage);
        var others = new List<(ClaimVersion, ClaimStanding)>();
        for (var i = 1; i < standings.Length; i++)
        {
            if (lineage[i].Standing != standings[i])
                others.Add((lineage[i], standings[i]));
        }

        return (standings[0], others);
    }

    private void Tell(IEnumerable<(ClaimVersion Version, ClaimStanding Standing)> changed, PersonId person)
    {
        foreach (var (version, standing) in changed.OrderBy(c => c.Standing.IsCurrent))
        {
            state.Resources.SetClaim(version.Resource, standing, null);
            var resource = state.Resources.Get(version.Resource);
            publisher.WithdrawFromStrangers(resource, person);
            publisher.Evaluate(resource, person, Json(version.Resource));
            if (!standing.IsCurrent)
                TakeFromLateHolders(resource);
        }
    }

    /// <summary>Who may no longer get the version cannot be told that it does not count: a withdrawal carries no data and may always go.</summary>
    private void TakeFromLateHolders(StoredResource resource)
    {
        foreach (var held in state.Resources.HoldersOf(resource.Number))
        {
            if (held.Claim is { IsCurrent: true })
                publisher.Withdraw(resource, held, ReasonCodes.Superseded);
        }
    }

    /// <summary>The version and all that share a key with it, directly or through others; null if that is more than is believed.</summary>
    private List<ClaimVersion>? Gather(ClaimVersion seed, PersonId person)
    {
        var found = new List<ClaimVersion> { seed };
        if (seed.Facts.Keys.IsEmpty)
            return found;
        var records = RecordsOf(person, seed.Record);
        HashSet<long>? keys = null;
        for (var i = 0; i < found.Count; i++)
        {
            foreach (var key in found[i].Facts.Keys)
            {
                if (i > 0 && !(keys ??= [.. seed.Facts.Keys.Select(k => k.Hash)]).Add(key.Hash))
                    continue;
                foreach (var number in state.Claims.WithKey(records, key.Hash, ClaimLineage.MostVersions + 1))
                {
                    if (found.Exists(v => v.Resource == number) || state.Claims.Find(number) is not { } version)
                        continue;
                    if (found.Count == ClaimLineage.MostVersions)
                        return null;
                    found.Add(version);
                }
            }
        }

        return found;
    }

    /// <summary>
    /// The version that this one repeats under another id: it says the same, and names the same version, or is the last of the claim.
    /// In another shape (a payer's next API version) the same is: reading, amount, period, number of lines.
    /// </summary>
    private ClaimVersion? Original(ClaimVersion version, ReadOnlyMemory<byte> json, List<ClaimVersion> lineage)
    {
        var others = lineage.GetRange(1, lineage.Count - 1);
        var last = ClaimLineage.Last(others);
        foreach (var other in others)
        {
            if (other.Facts.Sketch != version.Facts.Sketch || other.Facts.Reading != version.Facts.Reading || other.Facts.IsLedger != version.Facts.IsLedger)
                continue;
            var isLast = ReferenceEquals(other, last);
            if (other.Facts.Shape != version.Facts.Shape ? isLast : (isLast || version.IsSameVersionAs(other)) && IsSameContent(version, json, other))
                return other;
        }

        return null;
    }

    private bool IsSameContent(ClaimVersion version, ReadOnlyMemory<byte> json, ClaimVersion other)
    {
        var withReferences = version.Record == other.Record;
        var body = Json(other.Resource) ?? bodies.Read(state.Resources.Get(other.Resource).Body);
        return ClaimContent.Of(json, withReferences) == ClaimContent.Of(body, withReferences);
    }

    /// <summary>Told again under a key that later versions share: it is as late as it was told last. By a key of its own nothing follows from that.</summary>
    private static ClaimVersion? Merge(ClaimVersion original, ClaimVersion repeat) =>
        repeat.Facts.UpdatedAt <= original.Facts.UpdatedAt || repeat.IsSameVersionAs(original)
            ? null
            : original with { Facts = original.Facts with { UpdatedAt = repeat.Facts.UpdatedAt } };

    private List<long> RecordsOf(PersonId person, long record)
    {
        if (!recordsOf.TryGetValue(person, out var records))
        {
            var owner = state.People.Get(record).Owner;
            recordsOf[person] = records = [.. state.People.OfPerson(person).Where(r => r.Kind == RecordKind.Patient && r.Owner == owner).Select(r => r.Number)];
        }

        if (!records.Contains(record))
            records.Add(record);
        return records;
    }

    private ReadOnlyMemory<byte>? Json(long resource) => written.TryGetValue(resource, out var json) ? json : default(ReadOnlyMemory<byte>?);

    private void NotePaidThrough(StoredResource stored)
    {
        if (stored.Claim is not { IsCurrent: true } || stored.Service.End is not { } end || end > today)
            return;
        if (!paidThrough.TryGetValue(stored.Source, out var known))
            known = state.Claims.PaidThrough(stored.Source);
        if (known is null || end > known)
            state.Claims.SetPaidThrough(stored.Source, (known = end).Value);
        paidThrough[stored.Source] = known;
    }

    private void Count(ClaimFacts facts, ClaimStanding standing)
    {
        Count(Contracts.ClaimStates.All[(int)standing.State]);
        if (facts.Reading == ClaimReading.Denied)
            Count("denied");
    }

    private void Count(string what) => counts[what] = counts.GetValueOrDefault(what) + 1;
}
