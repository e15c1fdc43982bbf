using System.Collections.Immutable;

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

    /// <summary>What class the plan of the visit was for, where the sender says so.</summary>
    private string? plannedFor;
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

    private EpisodeWalk(ReadOnlySpan<EpisodeEvent> span)
    {
        events = new EventLine(span);
        marks = EventMarks.Of(events);
        end = EndOfVisit.Of(events, marks);
    }

    public static Episode Run(string key, ReadOnlySpan<EpisodeEvent> span)
    {
        var walk = new EpisodeWalk(span);
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
        if (happened.IsPlan(act))
            TakePlan(happened, act);
        else if (act.IsUpdate() && !hasBegun && isPlanned && !ShowsArrival(happened))
            locations.Plan(happened.Location);
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
        if ((mark & EventMark.NoEnd) == 0)
            disposition = happened.Disposition ?? disposition;
        if ((mark & EventMark.NoAttending) == 0 && (happened.AttendingNpi ?? happened.AttendingName) is not null)
            (attendingNpi, attendingName) = (happened.AttendingNpi, happened.AttendingName);
    }

    private void TakePlan(EpisodeEvent happened, EventAct act)
    {
        if (hasBegun)
            return;
        isPlanned = true;
        plannedFor = happened.Class.IsPreadmission ? plannedFor : happened.Class.Code;
        plannedStart = happened.Admitted ?? plannedStart;
        classes.Plan(act == EventAct.Register ? happened.Class : ClassTrail.Planned, happened.At);
        locations.Plan(happened.Location);
        if (!act.IsUpdate())
        {
            var kind = act == EventAct.Register && !happened.Class.IsPreadmission ? MilestoneKind.Register : MilestoneKind.Preadmit;
            milestones.Add(new Milestone(kind, happened.At, happened.Order.Key, null, classes.Current!.Code));
        }
    }

    /// <summary>An update shows that an expected patient has come: it has another class than the plan, or a time of admission that has passed.</summary>
    private bool ShowsArrival(EpisodeEvent update)
    {
        if (update.Admitted is { } admitted && admitted.Instant > update.Order.Time)
            return false;
        return update.Admitted is not null || update.Ends(EventAct.Update) || (ClassTrail.IsKnown(update.Class) && update.Class.Code != plannedFor && update.Class.Code != classes.Current?.Code);
    }

    private void TakeStay(int index, EpisodeEvent happened, EventAct act)
    {
        var isFirst = !hasBegun;
        hasBegun = true;
        var before = classes.Begun;
        classes.Enter(ClassOf(happened, act), act is EventAct.Admit or EventAct.Register && isFirst ? happened.Admitted ?? happened.At : isFirst ? happened.Admitted : happened.At);
        TellClass(happened, act, before, classes.Begun!);
        TakeStart(happened, act);
        TakeLocation(index, happened, act, isFirst);
        TakeLeave(happened, act);
    }

    /// <summary>A06 and A07 say what the visit becomes, also where PV1-2 still says what it was.</summary>
    private static VisitClass ClassOf(EpisodeEvent happened, EventAct act) => act switch
    {
        EventAct.ToInpatient when happened.Class is { IsEmergency: true } or { Code: "AMB" } or { IsPreadmission: true } || !ClassTrail.IsKnown(happened.Class) =>
            ClassTrail.Inpatient,
        EventAct.ToOutpatient when happened.Class is { IsInpatient: true } or { IsPreadmission: true } || !ClassTrail.IsKnown(happened.Class) =>
            ClassTrail.Ambulatory,
        _ => happened.Class,
    };

    /// <summary>PV1-44, else the time of the event with which it began. An emergency visit that became a stay began in the emergency department.</summary>
    private void TakeStart(EpisodeEvent happened, EventAct act)
    {
        if (happened.Admitted is { } admitted)
        {
            if (start is null || !isConverted || admitted.IsBefore(start.Value))
                start = admitted;
        }
        else if (start is null && act is EventAct.Admit or EventAct.Register)
            start = happened.At;
    }

    private void TakeLocation(int index, EpisodeEvent happened, EventAct act, bool isFirst)
    {
        var isUpdate = !act.Moves();
        var isVoid = (marks.Of(index) & EventMark.NoLocation) != 0 || act == EventAct.Depart || (end.First >= 0 && index > end.First && act.IsUpdate());
        if (act is EventAct.Transfer or EventAct.Swap)
        {
            TellTransfer(happened);
            locations.ClearReservation();
        }
        if (!isVoid && locations.IsNew(happened.Location, isUpdate))
        {
            var begins = isFirst && act is EventAct.Admit or EventAct.Register;
            var isWhen = !isFirst || begins || act is EventAct.Transfer or EventAct.Swap or EventAct.Arrive or EventAct.ToInpatient or EventAct.ToOutpatient;
            var prior = act is EventAct.Transfer or EventAct.Swap or EventAct.ToInpatient or EventAct.ToOutpatient ? happened.PriorLocation : null;
            locations.Move(happened.Location!, isWhen && act != EventAct.Discharge ? happened.At : null, prior, begins);
        }
        if (act.Moves() && happened.Location is not null)
            lastMovedTo = happened.Location;
        if (act.Moves() || act == EventAct.Depart || happened.TemporaryLocation is not null)
            locations.Lodge(happened.TemporaryLocation, happened.At);
    }
}
