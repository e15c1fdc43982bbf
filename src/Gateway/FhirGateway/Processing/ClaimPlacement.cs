using System.Collections.Immutable;
using FhirGateway.Claims;

namespace FhirGateway.Processing;

/// <summary>Where a version of a claim that is about to be stored stands, and what that changes for others.</summary>
/// <param name="Version">It; its number may not be known yet.</param>
/// <param name="Before">What was known of it.</param>
/// <param name="Others">Versions that stand otherwise by it.</param>
/// <param name="Original">The version that it repeats under another id, with what it adds to that.</param>
public sealed record ClaimPlacement(
    ClaimVersion Version, ClaimVersion? Before, ImmutableArray<(ClaimVersion Version, ClaimStanding Standing)> Others, ClaimVersion? Original)
{
    public ClaimStanding? Standing => Version.Standing;
    public long? RepeatOf => Version.RepeatOf;
}
