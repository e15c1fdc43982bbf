using System.Collections.Concurrent;

namespace FhirGateway.Fhir.Profiles;

/// <summary>What in the definitions cannot be checked, each said once: a profile that is not there, an invariant that does not parse. Safe for parallel use.</summary>
public sealed class PlanNotes
{
    private readonly ConcurrentDictionary<string, string> notes = new(StringComparer.Ordinal);

    /// <summary>What it is about, and why it cannot be checked; sorted.</summary>
    public IReadOnlyList<(string Subject, string Reason)> All =>
        [.. notes.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => (n.Key, n.Value))];

    internal void Add(string subject, string reason) => notes.TryAdd(subject, reason);
}
