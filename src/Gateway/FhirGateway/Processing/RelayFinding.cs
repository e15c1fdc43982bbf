using System.Collections.Frozen;
using FhirGateway.Publications;

namespace FhirGateway.Processing;

/// <summary>What a check of a topic found: the state from which delivery goes on, or why it must not.</summary>
/// <param name="Topic">The state; null if delivery must not go on.</param>
/// <param name="Overtaken">Stream sequences that are in the log although an earlier event of their partition is not.</param>
/// <param name="Reason">Why delivery must not go on: one of <see cref="RelayReasons"/>.</param>
internal sealed record RelayFinding(RelayTopicState? Topic, FrozenSet<long> Overtaken, string? Reason)
{
    public static RelayFinding Ready(RelayTopicState topic, IEnumerable<long>? overtaken = null) => new(topic, (overtaken ?? []).ToFrozenSet(), null);

    public static RelayFinding Stop(string reason) => new(null, FrozenSet<long>.Empty, reason);
}
