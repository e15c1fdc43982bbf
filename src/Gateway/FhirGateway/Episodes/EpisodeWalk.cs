namespace FhirGateway.Episodes;

/// <summary>Walks once through the events of one visit, in order, and says how it stands.</summary>
internal sealed partial class EpisodeWalk
{
    private readonly EventLine events;
    private readonly EventMarks marks;
    private readonly MilestoneList milestones = new();
    private readonly ClassTrail classes = new();
    private readonly LocationTrail locations = new();
    private readonly EndOfVisit end;
    private bool isPlanned;
    private bool hasBegun;
    private MilestoneKind? lastLeave;

    private Moment? start;
    private Moment? plannedStart;
    private bool isConverted;
    private string? lastMovedTo;
    private int latest = -1;

    private string? admitSource;
    private string? admissionType;
    private string? disposition;
    private string? facility;
    private string? facilityNpi;
    private string? attendingNpi;
    private string? attendingName;
    private Moment? expected;

    private EpisodeWalk(ArraySegment<EpisodeEvent> happened)
    {
        events = new EventLine(happened);
        marks = EventMarks.Of(events);
        end = EndOfVisit.Of(events, marks);
    }

    public static Episode Run(string key, ArraySegment<EpisodeEvent> happened)
    {
        var walk = new EpisodeWalk(happened);
        for (var i = 0; i < walk.events.Length; i++)
        {
            var act = walk.events.Acts[i];
            if (act != EventAct.Neutral && !act.IsCancel() && walk.marks.Stands(i))
                walk.Take(i, act);
        }

        return walk.hasBegun || walk.isPlanned ? walk.Standing(key) : walk.Fallen(key);
    }

    private void Take(int index, EventAct act)
    {
        var happened = events.Of(index);
        ReadContent(happened, marks.Of(index));
        if (act == EventAct.PersonUpdate)
            return;
        latest = index;
        // Of a visit that goes on, a pending admission says no more than the place that is kept for it.
        if (happened.IsPlan(act) ? !(hasBegun && act.IsUpdate()) : hasBegun && act == EventAct.PendingAdmit)
            TakePlan(happened, act);
        else
            TakeStay(index, happened, act);
        locations.Reserve(happened.PendingLocation);
    }

    /// <summary>What the latest event that has it says.</summary>
    private void ReadContent(EpisodeEvent happened, EventMark mark)
    {
        admitSource = happened.AdmitSource ?? admitSource;
        admissionType = happened.AdmissionType ?? admissionType;
        facility = happened.Facility ?? facility;
        facilityNpi = happened.FacilityNpi ?? facilityNpi;
        expected = happened.ExpectedAdmit ?? expected;
        if ((mark & EventMark.NoEnd) == EventMark.None && !happened.StaysOn)
            disposition = happened.Disposition ?? disposition;
        if ((mark & EventMark.NoAttending) == EventMark.None && (happened.AttendingNpi ?? happened.AttendingName) is not null)
            (attendingNpi, attendingName) = (happened.AttendingNpi, happened.AttendingName);
    }

    private void TakePlan(EpisodeEvent happened, EventAct act)
    {
        if (hasBegun)
            return;
        isPlanned = true;
        plannedStart = happened.Admitted ?? plannedStart;
        classes.Plan(act == EventAct.Register ? happened.Class : ClassTrail.Planned, happened.At);
        locations.Plan(happened.Location);
        if (!act.IsUpdate())
        {
            var kind = act == EventAct.Register && !happened.Class.IsPreadmission ? MilestoneKind.Register : MilestoneKind.Preadmit;
            milestones.Add(new Milestone(kind, happened.At, happened.Order.Key, null, classes.Current!.Code));
        }
    }

    private void TakeStay(int index, EpisodeEvent happened, EventAct act)
    {
        var isFirst = !hasBegun;
        hasBegun = true;
        var before = classes.Begun;
        classes.Enter(ClassOf(happened, act), isFirst ? BeginOf(happened, act) : happened.At);
        TellClass(happened, act, before, classes.Begun!);
        TakeStart(happened, act);
        TakeLocation(index, happened, act, isFirst);
        TakeLeave(happened, act);
    }

    /// <summary>PV1-44, else the time of an event with which a visit begins; a visit that was going on before began at a time unknown.</summary>
    private static Moment? BeginOf(EpisodeEvent happened, EventAct act) =>
        happened.Admitted ?? (act is EventAct.Admit or EventAct.Register ? happened.At : null);

    /// <summary>A06 and A07 say what the visit becomes, also where PV1-2 still says what it was.</summary>
    private static VisitClass ClassOf(EpisodeEvent happened, EventAct act) => act switch
    {
        EventAct.ToInpatient when happened.Class is { IsEmergency: true } or { Code: "AMB" } or { IsPreadmission: true } || !ClassTrail.IsKnown(happened.Class) =>
            ClassTrail.Inpatient,
        EventAct.ToOutpatient when happened.Class is { IsInpatient: true } or { IsPreadmission: true } || !ClassTrail.IsKnown(happened.Class) =>
            ClassTrail.Ambulatory,
        _ => happened.Class,
    };

    /// <summary>An emergency visit that became a stay began in the emergency department, whatever PV1-44 says of the stay.</summary>
    private void TakeStart(EpisodeEvent happened, EventAct act)
    {
        if (happened.Admitted is not { } admitted)
            start ??= BeginOf(happened, act);
        else if (start is null || !isConverted || admitted.IsBefore(start.Value))
            start = admitted;
    }

    private void TakeLocation(int index, EpisodeEvent happened, EventAct act, bool isFirst)
    {
        var isMove = act is EventAct.Transfer or EventAct.Swap;
        if (isMove)
        {
            TellTransfer(happened);
            locations.ClearReservation();
        }
        if (TellsLocation(index, act) && locations.IsNew(happened.Location, isUpdate: !act.Moves()))
        {
            var begins = isFirst && act is EventAct.Admit or EventAct.Register;
            // Where the patient was found at first, and left from at last, may have been taken at any time.
            var isSinceThen = act is not (EventAct.Discharge or EventAct.Depart) && (!isFirst || act.Moves());
            var prior = isMove || act is EventAct.ToInpatient or EventAct.ToOutpatient ? happened.PriorLocation : null;
            locations.Move(happened.Location!, isSinceThen ? happened.At : null, prior, begins);
        }
        if (act.Moves() && happened.Location is not null)
            lastMovedTo = happened.Location;
        if (act.Moves() || act == EventAct.Depart || happened.TemporaryLocation is not null)
            locations.Lodge(happened.TemporaryLocation, happened.At);
    }

    /// <summary>
    /// Not if it repeats a location that was cancelled, or is an update written after the end. Of one who just leaves it says where he
    /// belongs only where nothing else did.
    /// </summary>
    private bool TellsLocation(int index, EventAct act) =>
        (marks.Of(index) & EventMark.NoLocation) == EventMark.None && (act != EventAct.Depart || locations.Current is null)
        && !(act.IsUpdate() && end.IsOver && index > end.First);
}
