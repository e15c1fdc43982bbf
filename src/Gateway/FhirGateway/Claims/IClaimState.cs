namespace FhirGateway.Claims;

/// <summary>Versions of claims, by their keys, inside the state transaction.</summary>
public interface IClaimState
{
    /// <summary>A version by the number of its resource, or null.</summary>
    ClaimVersion? Find(long resource);

    /// <summary>Numbers of the versions of these records that have a key, whatever it names, at most <paramref name="most"/>.</summary>
    IReadOnlyList<long> WithKey(IReadOnlyList<long> records, long key, int most);

    /// <summary>Stores the facts of a version, in place of older ones; a version that repeats another has no keys by which it is found.</summary>
    /// <param name="version">As it is now.</param>
    /// <param name="before">As it was stored; null if it is new.</param>
    void Save(ClaimVersion version, ClaimVersion? before);

    /// <summary>Forgets a version.</summary>
    void Remove(ClaimVersion version);

    /// <summary>The resources that repeat this one under other ids, oldest first.</summary>
    IReadOnlyList<long> RepeatsOf(long resource);

    /// <summary>The last day of service of any final claim of the source that stood; null before there is one.</summary>
    DateOnly? PaidThrough(int source);
    void SetPaidThrough(int source, DateOnly day);
}
