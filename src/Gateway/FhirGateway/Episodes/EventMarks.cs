namespace FhirGateway.Episodes;

/// <summary>
/// What stands of the events of a visit. What is cancelled is left out, and with it what rested on it when it was cancelled: after the A11
/// of an admission, the transfers and updates of the time as an inpatient say nothing any more of a visit that is back in the emergency
/// department. After a visit was called off as a whole only a new beginning brings it back.
/// </summary>
internal sealed class EventMarks
{
    /// <summary>An event on which others rest.</summary>
    /// <param name="IsDown">It does not stand.</param>
    /// <param name="At">Rank of the cancel that took it away.</param>
    /// <param name="Latest">The highest rank among it and its neighbours below that do not stand either.</param>
    /// <param name="Next">Place of the next one below that stands, or -1.</param>
    private readonly record struct Foundation(bool IsDown, int At, int Latest, int Next);

    private static readonly EventMarks Nothing = new(null, null);

    private readonly CancelMatching? matching;
    private readonly EventLine? events;
    private readonly List<Foundation> foundations = [];

    private EventMarks(CancelMatching? matching, EventLine? events)
    {
        this.matching = matching;
        this.events = events;
    }

    public static EventMarks Of(EventLine events)
    {
        if (!events.HasCancels)
            return Nothing;
        var marks = new EventMarks(CancelMatching.Of(events), events);
        marks.Run();
        return marks;
    }

    /// <summary>Index of the event by which the visit was called off last; -1 if it never was.</summary>
    public int CalledOffBy => matching?.CalledOffBy ?? -1;

    public EventMark Of(int index) => matching is null ? EventMark.None : matching.Marks[index];

    public bool Stands(int index) => (Of(index) & EventMark.Down) == EventMark.None;

    private void Run()
    {
        var (lastMove, lastAttending, endCancelledAt) = (-1, -1, -1);
        for (var i = 0; i < events!.Length; i++)
        {
            var act = events.Acts[i];
            if (act.IsCancel() || act == EventAct.Neutral)
                continue;
            var happened = events.Of(i);
            var rank = matching!.RankOf(i);
            if (!act.Begins())
                Fall(i, rank, act);
            if (act.IsUpdate() && IsTakenBack(lastMove, rank) && events.Of(lastMove).Location == happened.Location)
                matching.Marks[i] |= EventMark.NoLocation;
            if (act != EventAct.ChangeAttending && IsTakenBack(lastAttending, rank) && IsSameAttending(happened, events.Of(lastAttending)))
                matching.Marks[i] |= EventMark.NoAttending;
            if (rank < endCancelledAt)
                matching.Marks[i] |= EventMark.NoEnd;

            if (act.Founds())
                Push(i, rank);
            if (act.Moves() && happened.Location is not null)
                lastMove = i;
            if (act == EventAct.ChangeAttending)
                lastAttending = i;
            if (happened.Ends(act) && (matching.Marks[i] & (EventMark.Cancelled | EventMark.NoEnd)) != EventMark.None)
                endCancelledAt = Math.Max(endCancelledAt, matching.CancelledAt(i));
        }
    }

    /// <summary>Marks an event whose ground was taken away after it was recorded.</summary>
    private void Fall(int index, int rank, EventAct act)
    {
        if (rank < matching!.DeletedAt || RestsOnNothing(index, rank, act))
            matching.Marks[index] |= EventMark.Fallen;
    }

    private bool RestsOnNothing(int index, int rank, EventAct act)
    {
        var place = foundations.Count - 1;
        while (place >= 0)
        {
            var ground = foundations[place];
            if (!ground.IsDown)
                return false;
            if (ground.At > rank)
                return true;
            place = ground.Latest < rank ? ground.Next : place - 1;
        }

        if (foundations.Count > 0 || matching!.AwaitsAdmission || matching.DeletedAt >= 0)
            return true;
        return matching.AwaitsPreadmission && events!.Of(index).Class.IsPreadmission;
    }

    private void Push(int index, int rank)
    {
        var isDown = !Stands(index);
        if (!isDown)
        {
            foundations.Add(new Foundation(false, -1, -1, -1));
            return;
        }

        // A conversion that fell went with what it rested on.
        var at = (Of(index) & EventMark.Cancelled) != EventMark.None ? matching!.CancelledAt(index) : int.MaxValue;
        var below = foundations.Count - 1;
        var isBelowDown = below >= 0 && foundations[below].IsDown;
        var latest = isBelowDown ? Math.Max(at, foundations[below].Latest) : at;
        foundations.Add(new Foundation(true, at, latest, isBelowDown ? foundations[below].Next : below));
    }

    private bool IsTakenBack(int index, int rank) => index >= 0 && !Stands(index) && rank < matching!.CancelledAt(index);

    private static bool IsSameAttending(EpisodeEvent one, EpisodeEvent other) =>
        one.AttendingNpi == other.AttendingNpi && one.AttendingName == other.AttendingName;
}
