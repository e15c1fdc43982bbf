using System.Collections.Concurrent;

namespace FhirGateway.Fhir.Profiles;

/// <summary>What was already reported as not checkable, so that it is said once for a file and not for each resource. Safe for parallel use.</summary>
public sealed class UncheckedOnce
{
    private readonly ConcurrentDictionary<object, bool> reported = new();

    /// <summary>Whether it is said for the first time.</summary>
    internal bool TryAdd(object subject) => !reported.ContainsKey(subject) && reported.TryAdd(subject, true);
}
