namespace FhirGateway.Episodes;

/// <summary>
/// Finds what each cancel of a visit cancels. Cancels are gone through in the order in which the sender recorded them, because nobody
/// cancels what is not recorded yet; each takes the latest target at or before the time that it names. A cancel sent twice is one, a
/// statement sent twice (A01, A01; A03 with another time) is one fact, and a cancel without target waits.
/// </summary>
internal sealed class CancelMatching
{
    /// <summary>Lists of what can be cancelled.</summary>
    private enum Kind
    {
        Admission,
        Registration,
        Preadmission,
        PendingAdmission,
        Transfer,
        End,
        PendingTransfer,
        PendingDischarge,
        Arrival,
        Departure,
        LeaveStart,
        LeaveEnd,
        Attending,

        /// <summary>A07: nothing cancels it, but it lies between two admissions.</summary>
        ToOutpatient,
        Count,
        None,
    }

    private readonly EventLine events;
    private readonly int[] ranks;
    private readonly EventMark[] marks;
    private readonly int[] cancelledAt;
    private readonly List<int>?[] targets = new List<int>?[(int)Kind.Count];

    /// <summary>By cancel: the last one of its kind since which nothing was recorded that it could cancel.</summary>
    private readonly DateTimeOffset?[] repeatable = new DateTimeOffset?[EventActs.Count];
    private readonly bool[] hasTaken = new bool[EventActs.Count];
    private readonly List<int> waiting = [];
    private HashSet<long>? cancelledEnds;

    private CancelMatching(EventLine events)
    {
        this.events = events;
        ranks = new int[events.Length];
        marks = new EventMark[events.Length];
        cancelledAt = new int[events.Length];
    }

    /// <summary>Event index of the last A11, A27, A38 or A23 as recorded; -1 if there is none.</summary>
    public int CalledOffBy { get; private set; } = -1;

    /// <summary>An A11 waits for its admission.</summary>
    public bool AwaitsAdmission { get; private set; }

    /// <summary>An A27 or A38 waits for its preadmission.</summary>
    public bool AwaitsPreadmission { get; private set; }

    /// <summary>Rank of the last A23, -1 if there is none: everything recorded before it is gone.</summary>
    public int DeletedAt { get; private set; } = -1;

    public EventMark[] Marks => marks;

    /// <summary>The place of an event in the order of recording.</summary>
    public int RankOf(int index) => ranks[index];

    /// <summary>The place of the cancel that took an event away.</summary>
    public int CancelledAt(int index) => cancelledAt[index];

    public static CancelMatching Of(EventLine events)
    {
        var matching = new CancelMatching(events);
        matching.Run();
        return matching;
    }

    private void Run()
    {
        var order = OrderOfRecording();
        for (var rank = 0; rank < order.Length; rank++)
            ranks[order[rank]] = rank;
        foreach (var index in order)
        {
            var act = events.Acts[index];
            if (act.IsCancel())
                Cancel(index, act);
            else
                Record(index, act);
        }

        // Where no cancel of its kind found any: a target that seems recorded after its cancel, because the time of recording was not sent and it was sent again later.
        foreach (var index in waiting)
        {
            var act = events.Acts[index];
            if (hasTaken[(int)act] || !Take(index, isWaiting: true))
                Await(act);
        }
    }

    private int[] OrderOfRecording()
    {
        var order = new int[events.Length];
        var isSorted = true;
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            isSorted &= i == 0 || Compare(i - 1, i) < 0;
        }

        if (!isSorted)
            Array.Sort(order, Compare);
        return order;
    }

    /// <summary>Of what was recorded and sent in the same second a cancel is the last.</summary>
    private int Compare(int one, int other)
    {
        var (left, right) = (events.Of(one).Order, events.Of(other).Order);
        var order = left.Recorded.CompareTo(right.Recorded);
        if (order == 0)
            order = left.Sent.CompareTo(right.Sent);
        if (order == 0)
            order = events.Acts[one].IsCancel().CompareTo(events.Acts[other].IsCancel());
        return order == 0 ? one.CompareTo(other) : order;
    }

    private void Record(int index, EventAct act)
    {
        var happened = events.Of(index);
        var kind = KindOf(act);
        if (kind == Kind.None && happened.Ends(act))
        {
            // An update that still shows the time of a cancelled discharge does not discharge again.
            if (cancelledEnds?.Contains(happened.Discharged!.Value.Instant.UtcTicks) == true)
            {
                marks[index] |= EventMark.NoEnd;
                return;
            }
            kind = Kind.End;
        }
        else if (kind == Kind.End && !happened.Ends(act))
            return;

        if (kind == Kind.None)
            return;
        Insert(targets[(int)kind] ??= [], index);
        ForgetRepeatsOf(kind);
    }

    private static Kind KindOf(EventAct act) => act switch
    {
        EventAct.Admit or EventAct.ToInpatient => Kind.Admission,
        EventAct.Register => Kind.Registration,
        EventAct.Preadmit => Kind.Preadmission,
        EventAct.PendingAdmit => Kind.PendingAdmission,
        EventAct.Transfer => Kind.Transfer,
        EventAct.Discharge => Kind.End,
        EventAct.PendingTransfer => Kind.PendingTransfer,
        EventAct.PendingDischarge => Kind.PendingDischarge,
        EventAct.Arrive => Kind.Arrival,
        EventAct.Depart => Kind.Departure,
        EventAct.LeaveStart => Kind.LeaveStart,
        EventAct.LeaveEnd => Kind.LeaveEnd,
        EventAct.ChangeAttending => Kind.Attending,
        EventAct.ToOutpatient => Kind.ToOutpatient,
        _ => Kind.None,
    };

    private void ForgetRepeatsOf(Kind kind)
    {
        if (kind <= Kind.PendingAdmission)
        {
            for (var act = EventAct.CancelAdmit; act <= EventAct.DeleteVisit; act++)
                repeatable[(int)act] = null;
            return;
        }
        for (var act = EventAct.CancelTransfer; act <= EventAct.CancelAttending; act++)
        {
            if (PreferenceOf(act)[0] == kind)
                repeatable[(int)act] = null;
        }
    }

    private void Cancel(int index, EventAct act)
    {
        var time = events.Of(index).Order.Time;
        if (repeatable[(int)act] == time)
            return;
        repeatable[(int)act] = time;
        if (act.CallsOff())
            CalledOffBy = index;
        if (act == EventAct.DeleteVisit)
            Delete(index);
        else if (Take(index, isWaiting: false))
            hasTaken[(int)act] = true;
        else
            waiting.Add(index);
    }

    private void Delete(int index)
    {
        DeletedAt = ranks[index];
        foreach (var list in targets)
        {
            if (list is null)
                continue;
            foreach (var target in list)
                MarkCancelled(target, DeletedAt);
            list.Clear();
        }
        waiting.Clear();
    }

    private void Await(EventAct act)
    {
        AwaitsAdmission |= act == EventAct.CancelAdmit;
        AwaitsPreadmission |= act is EventAct.CancelPreadmit or EventAct.CancelPendingAdmit;
    }

    private static ReadOnlySpan<Kind> PreferenceOf(EventAct cancel) => cancel switch
    {
        EventAct.CancelAdmit => [Kind.Admission, Kind.Registration, Kind.Preadmission, Kind.PendingAdmission],
        EventAct.CancelPreadmit => [Kind.Preadmission, Kind.PendingAdmission, Kind.Registration],
        EventAct.CancelPendingAdmit => [Kind.PendingAdmission, Kind.Preadmission],
        EventAct.CancelTransfer => [Kind.Transfer],
        EventAct.CancelDischarge => [Kind.End],
        EventAct.CancelPendingTransfer => [Kind.PendingTransfer],
        EventAct.CancelPendingDischarge => [Kind.PendingDischarge],
        EventAct.CancelArrive => [Kind.Arrival],
        EventAct.CancelDepart => [Kind.Departure],
        EventAct.CancelLeaveStart => [Kind.LeaveStart],
        EventAct.CancelLeaveEnd => [Kind.LeaveEnd],
        EventAct.CancelAttending => [Kind.Attending],
        _ => [Kind.None],
    };

    /// <summary>Cancels the target of a cancel, in all its statements; false if there is none.</summary>
    private bool Take(int cancel, bool isWaiting)
    {
        foreach (var kind in PreferenceOf(events.Acts[cancel]))
        {
            if (targets[(int)kind] is not { Count: > 0 } list)
                continue;
            var place = PlaceOf(list, cancel, isWaiting);
            var isPlanOnly = kind == Kind.Registration && events.Acts[cancel] == EventAct.CancelPreadmit;
            if (place < 0 || (isPlanOnly && !events.Of(list[place]).IsPlan(EventAct.Register)))
                continue;
            var (from, to) = StatementsOf(kind, list, place);
            for (var i = from; i < to; i++)
                MarkCancelled(list[i], ranks[cancel]);
            list.RemoveRange(from, to - from);
            return true;
        }

        return false;
    }

    /// <summary>
    /// The latest at or before the cancel's time; else the latest of all, which was recorded before it: the time of a cancel may be cut to
    /// minutes, or stem from another field than that of its target.
    /// </summary>
    private int PlaceOf(List<int> list, int cancel, bool isWaiting)
    {
        if (isWaiting)
            return ~list.BinarySearch(cancel) - 1;
        var time = events.Of(cancel).Order.Time;
        var place = list.Count - 1;
        while (place >= 0 && events.Of(list[place]).Order.Time > time)
            place--;
        return place >= 0 ? place : list.Count - 1;
    }

    /// <summary>The neighbours in the list that say the same as one of them.</summary>
    private (int From, int To) StatementsOf(Kind kind, List<int> list, int place)
    {
        var (from, to) = (place, place + 1);
        while (from > 0 && IsSame(kind, list[from - 1], list[place]))
            from--;
        while (to < list.Count && IsSame(kind, list[place], list[to]))
            to++;
        return (from, to);
    }

    private bool IsSame(Kind kind, int earlier, int later)
    {
        var (one, other) = (events.Of(earlier), events.Of(later));
        return kind switch
        {
            Kind.Admission => IsInpatient(earlier) == IsInpatient(later) && !IsBetween(Kind.ToOutpatient, earlier, later),
            Kind.Transfer => one.Location == other.Location,
            Kind.LeaveStart => !IsBetween(Kind.LeaveEnd, earlier, later),
            Kind.LeaveEnd => !IsBetween(Kind.LeaveStart, earlier, later),
            Kind.Arrival or Kind.Departure or Kind.Attending => one.Order.Time == other.Order.Time,
            _ => true,
        };
    }

    /// <summary>An A01 in the emergency department is another thing than the admission from there.</summary>
    private bool IsInpatient(int index) =>
        events.Acts[index] == EventAct.ToInpatient || events.Of(index).Class.IsInpatient || !ClassTrail.IsKnown(events.Of(index).Class);

    private bool IsBetween(Kind kind, int earlier, int later)
    {
        if (targets[(int)kind] is not { } list)
            return false;
        var next = ~list.BinarySearch(earlier);
        return next < list.Count && list[next] < later;
    }

    private void MarkCancelled(int index, int rank)
    {
        var happened = events.Of(index);
        var act = events.Acts[index];
        if (act is EventAct.Discharge or EventAct.Update)
            (cancelledEnds ??= []).Add((happened.Discharged ?? happened.At).Instant.UtcTicks);
        marks[index] |= act == EventAct.Update ? EventMark.NoEnd : EventMark.Cancelled;
        cancelledAt[index] = rank;
    }

    private static void Insert(List<int> list, int index)
    {
        if (list.Count == 0 || list[^1] < index)
            list.Add(index);
        else
            list.Insert(~list.BinarySearch(index), index);
    }
}
