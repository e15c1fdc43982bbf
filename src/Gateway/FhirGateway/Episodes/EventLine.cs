namespace FhirGateway.Episodes;

/// <summary>The events of one use of a visit number, in order, each with its act.</summary>
internal sealed class EventLine
{
    private readonly EpisodeEvent[] events;

    public EventLine(ReadOnlySpan<EpisodeEvent> events)
    {
        this.events = events.ToArray();
        Acts = new EventAct[events.Length];
        for (var i = 0; i < events.Length; i++)
        {
            Acts[i] = EventActs.Of(events[i].Trigger);
            HasCancels |= Acts[i].IsCancel();
        }
    }

    public EventAct[] Acts { get; }

    public bool HasCancels { get; }

    public int Length => events.Length;

    public EpisodeEvent Of(int index) => events[index];
}
