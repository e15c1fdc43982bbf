namespace FhirGateway.People;

/// <summary>The gateway's identity of a human. Never leaves the gateway: participants see pairwise keys.</summary>
public readonly record struct PersonId(long Value);
