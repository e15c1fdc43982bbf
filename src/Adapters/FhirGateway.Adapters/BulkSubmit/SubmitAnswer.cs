using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>What a call of <c>$bulk-submit</c> came to.</summary>
/// <param name="Job">Id of its job; null where the call was refused.</param>
/// <param name="IsReplay">The call was made before and changed nothing now.</param>
/// <param name="Fault">Why it was refused.</param>
/// <param name="Ignored">Names of parameters that the operation does not have.</param>
public sealed record SubmitAnswer(string? Job, bool IsReplay, SubmitFault? Fault, ImmutableArray<string> Ignored);
