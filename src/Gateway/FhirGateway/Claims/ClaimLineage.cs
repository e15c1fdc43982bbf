using FhirGateway.Contracts;
using FhirGateway.Normalization;

namespace FhirGateway.Claims;

/// <summary>
/// Judges all known versions of one claim at once: how each stands. A function of the set of versions: neither the order in which
/// they came nor how often changes anything but the lineage's id, which is that of the version that came first.
/// </summary>
public static class ClaimLineage
{
    /// <summary>More versions are not believed to be of one claim.</summary>
    public const int MostVersions = 500;

    /// <summary>The standing of each version, in the order given.</summary>
    public static ClaimStanding[] Judge(IReadOnlyList<ClaimVersion> versions)
    {
        var order = new ClaimOrder(versions);
        var stands = versions[0].Facts.IsLedger ? Net(versions, order) : Head(versions, order);
        var lineage = IdOf(versions.MinBy(v => v.Resource)!.Id);
        var contradicts = stands.Contradicts;
        var standings = new ClaimStanding[versions.Count];
        var decided = 0;
        int? previous = null;
        foreach (var i in order.Sequence)
        {
            var facts = versions[i].Facts;
            var isCurrent = stands.Current[i];
            var prior = order.PriorOf(i);
            standings[i] = new ClaimStanding(
                lineage,
                StateOf(facts.Reading, isFirst: decided == 0),
                isCurrent,
                prior >= 0 ? versions[prior].Id : previous is { } p ? versions[p].Id : null,
                isCurrent && (contradicts || order.LacksPrior(i)));
            if (facts.Reading == ClaimReading.Withdrawn)
                continue;
            previous = i;
            decided += facts.IsDecided ? 1 : 0;
        }

        return standings;
    }

    /// <summary>The standing of a version of which nothing else is known, or of more than are believed: the latter never is current.</summary>
    public static ClaimStanding Alone(Guid id, ClaimFacts facts, bool isBelieved = true)
    {
        var lacksPrior = facts.Keys.Any(k => k.Role == ClaimKeyRole.Prior && !facts.Keys.Any(o => o.IsOwn && o.Hash == k.Hash));
        var isCurrent = isBelieved && facts.Reading is ClaimReading.Live or ClaimReading.Denied
            && !facts.Keys.Any(k => k.Role == ClaimKeyRole.ReplacedBy && !facts.Keys.Any(o => o.IsOwn && o.Hash == k.Hash));
        return new ClaimStanding(IdOf(id), StateOf(facts.Reading, isFirst: true), isBelieved && isCurrent, null, isBelieved && isCurrent && lacksPrior);
    }

    /// <summary>The last of several versions of one claim.</summary>
    public static ClaimVersion Last(IReadOnlyList<ClaimVersion> versions) =>
        versions.Count == 1 ? versions[0] : versions[new ClaimOrder(versions).Sequence[^1]];

    private static Guid IdOf(Guid first) => PublishedId.Create("fhir-gateway", "lineage", first.ToString("D"));

    private static ClaimState StateOf(ClaimReading reading, bool isFirst) => reading switch
    {
        ClaimReading.Void or ClaimReading.Withdrawn => ClaimState.Reversed,
        ClaimReading.Pending or ClaimReading.Rejected => ClaimState.Partial,
        _ => isFirst ? ClaimState.Final : ClaimState.Adjusted,
    };

    /// <summary>One version stands: the last that is decided and that nothing replaces. If that is a void, none does.</summary>
    private static (bool[] Current, bool Contradicts) Head(IReadOnlyList<ClaimVersion> versions, ClaimOrder order)
    {
        var current = new bool[versions.Count];
        var head = -1;
        var active = 0;
        foreach (var i in order.Sequence)
        {
            var facts = versions[i].Facts;
            if (!facts.IsDecided || order.IsReplaced[i])
                continue;
            if (facts.ExpectsOneActive && facts.Reading != ClaimReading.Void)
                active++;
            if (head < 0 || !facts.IsSoftVoid || versions[head].Facts.IsSoftVoid)
                head = i;
        }

        if (head >= 0 && versions[head].Facts.Reading != ClaimReading.Void)
            current[head] = true;
        return (current, active > 1);
    }

    /// <summary>
    /// Rows are netted: a void takes back the row of the same amount, and so does a row of the negated amount; what is left stands.
    /// A void that finds no such row ends the claim if nothing is later, else it leaves the claim open.
    /// </summary>
    private static (bool[] Current, bool Contradicts) Net(IReadOnlyList<ClaimVersion> versions, ClaimOrder order)
    {
        var current = new bool[versions.Count];
        var decided = order.Sequence.Where(i => versions[i].Facts.IsDecided).ToList();
        foreach (var i in decided)
            current[i] = versions[i].Facts.Reading != ClaimReading.Void;
        var unmatched = -1;
        foreach (var i in decided)
        {
            var facts = versions[i].Facts;
            if (facts.Amount is not { } amount || amount == 0 || (facts.Reading != ClaimReading.Void && amount > 0))
                continue;
            // Each row is taken back once: the latest that still stands.
            var taken = decided.FindLastIndex(o => o != i && current[o] && versions[o].Facts.Amount == Math.Abs(amount));
            if (taken >= 0)
                current[decided[taken]] = current[i] = false;
            else if (facts.Reading == ClaimReading.Void)
                unmatched = i;
        }

        if (unmatched < 0 || unmatched != decided[^1])
            return (current, unmatched >= 0);
        return (new bool[versions.Count], false);
    }
}
