using System.Collections.Immutable;
using FhirGateway.Contracts;
using FhirGateway.Simulation.Participants;
using FhirGateway.Simulation.People;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Simulation.Checks;

/// <summary>
/// Damages the ledgers between the consumers and the check. Sequences are mended afterwards, so that the check must find the
/// damage by the truth and not by a gap.
/// </summary>
public static class Saboteur
{
    /// <summary>The ledgers with the damage done; the event is chosen by the seed.</summary>
    /// <exception cref="InvalidOperationException">There is no claim to damage.</exception>
    public static ImmutableDictionary<string, ImmutableArray<ReceivedEntry>> Apply(Sabotage sabotage, IReadOnlyDictionary<string, ImmutableArray<ReceivedEntry>> ledgers, int seed)
    {
        var damaged = ledgers.ToImmutableDictionary(StringComparer.Ordinal);
        if (sabotage == Sabotage.None)
            return damaged;
        var candidates = ledgers.OrderBy(l => l.Key, StringComparer.Ordinal)
            .SelectMany(l => l.Value.Where(e => e.Type == EventTypes.ClaimsEob)).ToList();
        if (candidates.Count == 0)
            throw new InvalidOperationException("No claim has arrived that could be damaged");
        var random = new SeededRandom((ulong)seed);
        var victim = candidates[random.Next(candidates.Count)];
        var (own, other) = (victim.Participant, Cast.Other(victim.Participant));
        if (sabotage is Sabotage.DropOne or Sabotage.GiveOneToTheOther)
            damaged = damaged.SetItem(own, Mend(damaged[own].Remove(victim)));
        if (sabotage == Sabotage.GiveOneToTheOther)
            damaged = damaged.SetItem(other, Mend(damaged.GetValueOrDefault(other, []).Add(victim with { Participant = other })));
        if (sabotage == Sabotage.RepeatOne)
            damaged = damaged.SetItem(own, Mend(damaged[own].Add(victim with { Id = victim.Id + "-again" })));
        return damaged;
    }

    private static ImmutableArray<ReceivedEntry> Mend(ImmutableArray<ReceivedEntry> entries)
    {
        var next = new Dictionary<string, long>(StringComparer.Ordinal);
        return [.. entries.Select(e => e with { Sequence = next[e.Stream] = next.GetValueOrDefault(e.Stream) + 1 })];
    }
}
