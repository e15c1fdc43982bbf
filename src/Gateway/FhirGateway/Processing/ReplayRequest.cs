using FhirGateway.Organizations;

namespace FhirGateway.Processing;

/// <summary>Which messages go through the present settings again.</summary>
/// <param name="Source">Whose.</param>
/// <param name="From">Received at or after it; null from the first.</param>
/// <param name="To">Received before it; null up to the last.</param>
/// <param name="IsDry">Only to see what would change.</param>
/// <param name="By">Who asks.</param>
public sealed record ReplayRequest(Source Source, DateTimeOffset? From, DateTimeOffset? To, bool IsDry, string By);
