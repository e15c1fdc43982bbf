namespace FhirGateway.Release;

/// <summary>One condition of a release and how it came out, for <c>why</c>.</summary>
/// <param name="Name">Which condition.</param>
/// <param name="Holds">Whether it is met.</param>
/// <param name="Evidence">What it was judged on: ids, days and codes, no PHI.</param>
public sealed record ReleaseCondition(string Name, bool Holds, string Evidence);
