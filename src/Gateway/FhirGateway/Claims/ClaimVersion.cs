using FhirGateway.Normalization;

namespace FhirGateway.Claims;

/// <summary>One resource as a version of a claim.</summary>
/// <param name="Resource">Number of the resource: what came first has the lowest.</param>
/// <param name="Id">Its published id.</param>
/// <param name="Record">Number of the patient's source record.</param>
/// <param name="Facts">What it says of itself.</param>
/// <param name="Standing">As it was told last; null before it was judged.</param>
/// <param name="RepeatOf">The resource that is the same version under another id; null for a version of its own.</param>
public sealed record ClaimVersion(long Resource, Guid Id, long Record, ClaimFacts Facts, ClaimStanding? Standing, long? RepeatOf)
{
    public bool Names(ClaimKey key)
    {
        foreach (var own in Facts.Keys)
            if (own.IsOwn && own.Hash == key.Hash)
                return true;
        return false;
    }

    /// <summary>Whether both name one version by the same key.</summary>
    public bool IsSameVersionAs(ClaimVersion other)
    {
        foreach (var key in Facts.Keys)
            if (key.Role == ClaimKeyRole.Version && other.Facts.Keys.Contains(key))
                return true;
        return false;
    }

    public override string ToString() => $"ClaimVersion({Resource}, {Facts.Reading})";
}
