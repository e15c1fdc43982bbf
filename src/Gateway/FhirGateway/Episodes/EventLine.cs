namespace FhirGateway.Episodes;

/// <summary>The events of one use of a visit number, in order, each with its act.</summary>
internal sealed class EventLine
{
    private readonly ArraySegment<EpisodeEvent> events;

    public EventLine(ArraySegment<EpisodeEvent> events)
    {
        this.events = events;
        Acts = new EventAct[events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            Acts[i] = EventActs.Of(events[i].Trigger);
            HasCancels |= Acts[i].IsCancel();
        }
    }

    public EventAct[] Acts { get; }

    public bool HasCancels { get; }

    public int Length => events.Count;

    public EpisodeEvent Of(int index) => events[index];
}
