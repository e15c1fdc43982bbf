namespace FhirGateway.Simulation.Checks;

/// <summary>What one participant must receive.</summary>
public sealed class ParticipantTruth(string participant)
{
    private readonly Dictionary<EventKey, ExpectedEvent> events = [];

    public string Participant => participant;

    /// <summary>On the streams <c>adt</c>, <c>claims</c> and <c>clinical</c>.</summary>
    public IReadOnlyDictionary<EventKey, ExpectedEvent> Events => events;

    /// <summary>Attributions that are active and not opted out: each is announced on the stream <c>roster</c>.</summary>
    public int LeastRosterEvents { get; private set; }

    /// <summary>All attributions of the rosters: those to come and those that ended may be announced too.</summary>
    public int MostRosterEvents { get; private set; }

    internal void Expect(ExpectedEvent expected) => events.TryAdd(expected.Key, expected);

    internal void ExpectRoster(bool certain)
    {
        MostRosterEvents++;
        if (certain)
            LeastRosterEvents++;
    }

    public override string ToString() => $"ParticipantTruth {participant}: {events.Count} events";
}
