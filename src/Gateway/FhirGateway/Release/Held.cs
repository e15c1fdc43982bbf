using FhirGateway.Claims;
using FhirGateway.Normalization;

namespace FhirGateway.Release;

/// <summary>What a participant now holds of a resource.</summary>
/// <param name="Resource">Number of the resource.</param>
/// <param name="Participant">Number of the participant.</param>
/// <param name="Hash">Content it was given last.</param>
/// <param name="Sequence">Sequence of that event in the resource's stream.</param>
/// <param name="Person">The person it was given as; 0 for resources of no person.</param>
/// <param name="WithAmounts">Whether the amounts went along.</param>
/// <param name="Claim">How it was said to stand as a version of a claim.</param>
public sealed record Held(long Resource, int Participant, ContentHash Hash, long Sequence, long Person, bool WithAmounts, ClaimStanding? Claim = null);
