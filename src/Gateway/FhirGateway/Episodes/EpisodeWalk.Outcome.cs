using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <content>The episode that the walk leads to.</content>
internal sealed partial class EpisodeWalk
{
    private const string Expired = "exp";

    private Episode Standing(string key)
    {
        var isOver = hasBegun && end.IsOver;
        var began = hasBegun ? start : plannedStart;
        Moment? ended = isOver ? EndAfter(ref began) : null;
        var status = isOver ? Episode.Finished : !hasBegun ? Episode.Planned : lastLeave == MilestoneKind.LeaveStart ? Episode.OnLeave : Episode.InProgress;
        if (isOver)
            milestones.Add(new Milestone(MilestoneKind.Discharge, ended!.Value, events.Of(end.Statement).Order.Key));
        var death = TellDeath(isOver ? disposition : null, ended);
        var periods = classes.Build(began, ended);
        return Of(key, events.Of(latest)) with
        {
            Status = status,
            Start = began,
            End = ended,
            ExpectedStart = hasBegun ? null : expected,
            Class = classes.Current!,
            Classes = periods,
            Locations = locations.Build(status, began, ended),
            AdmitSource = admitSource,
            Disposition = isOver ? disposition : null,
            AdmissionType = admissionType,
            Facility = facility,
            FacilityNpi = facilityNpi,
            AttendingNpi = attendingNpi,
            AttendingName = attendingName,
            Death = death,
            Milestones = milestones.ToImmutable(),
            ObservationHours = ClassTrail.ObservationHours(periods),
        };
    }

    /// <summary>The end; of times that contradict each other the event's own is taken for PV1-45, else the beginning is given up.</summary>
    private Moment EndAfter(ref Moment? began)
    {
        if (began is not { } from || !end.At.IsBefore(from))
            return end.At;
        var happened = events.Of(end.Statement).At;
        if (!happened.IsBefore(from))
            return happened;
        began = null;
        return end.At;
    }

    /// <summary>Nothing stands: the visit was called off, or all that is known are cancels, or messages that say nothing of a visit.</summary>
    private Episode Fallen(string key)
    {
        var isCalledOff = marks.CalledOffBy >= 0;
        var source = SourceOfFallen(isCalledOff, out var hasCancel);
        var status = isCalledOff ? Episode.Cancelled : hasCancel ? Episode.InProgress : Episode.Unknown;
        if (isCalledOff)
        {
            var by = events.Of(marks.CalledOffBy);
            milestones.Add(new Milestone(MilestoneKind.Cancelled, by.At, by.Order.Key));
        }
        var act = EventActs.Of(source.Trigger);
        var began = source.Admitted ?? (act is EventAct.Admit or EventAct.Register ? source.At : null);
        var stated = act is EventAct.Preadmit or EventAct.PendingAdmit ? ClassTrail.Planned : source.Class;
        return Of(key, source) with
        {
            Status = status,
            Start = began,
            Class = stated,
            Classes = [new ClassPeriod(stated, began, null)],
            Locations = source.Location is null ? [] : [new LocationPeriod(source.Location, isCalledOff ? "completed" : "active", null, null)],
            AdmitSource = source.AdmitSource,
            AdmissionType = source.AdmissionType,
            Facility = source.Facility,
            FacilityNpi = source.FacilityNpi,
            AttendingNpi = source.AttendingNpi,
            AttendingName = source.AttendingName,
            Death = TellDeath(null, null),
            Milestones = milestones.ToImmutable(),
        };
    }

    /// <summary>The event that says most of a visit of which nothing stands: of one that was called off what it was, else how a cancel left it.</summary>
    private EpisodeEvent SourceOfFallen(bool isCalledOff, out bool hasCancel)
    {
        var (told, cancel) = (-1, -1);
        for (var i = 0; i < events.Length; i++)
        {
            if (events.Acts[i].IsCancel())
                cancel = i;
            else if (events.Acts[i] != EventAct.Neutral)
                told = i;
        }

        hasCancel = cancel >= 0;
        var index = isCalledOff && told >= 0 ? told : hasCancel ? cancel : told;
        return events.Of(index >= 0 ? index : events.Length - 1);
    }

    private Episode Of(string key, EpisodeEvent source)
    {
        var last = events.Of(events.Length - 1);
        return new Episode
        {
            Key = key,
            VisitKey = last.VisitKey,
            PatientKey = last.PatientKey,
            Status = Episode.Unknown,
            Class = source.Class,
            Latest = source.Order,
            LatestEntry = source.Entry,
            Events = events.Length,
            Labels = LabelsOfAll(),
        };
    }

    /// <summary>A visit that was labelled once stays labelled, whichever message said so and whenever it came: others often leave the mark out.</summary>
    private string? LabelsOfAll()
    {
        SortedSet<string>? labels = null;
        for (var i = 0; i < events.Length; i++)
        {
            if (events.Of(i).Labels is { Length: > 0 } of)
                (labels ??= new SortedSet<string>(StringComparer.Ordinal)).UnionWith(of.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return labels is null ? null : string.Join(' ', labels);
    }

    /// <summary>PID-29 and PID-30 of every message that was not taken back, and the disposition of one who died in the visit.</summary>
    private Moment? TellDeath(string? endedBy, Moment? ended)
    {
        Moment? died = null;
        var cause = -1;
        for (var i = 0; i < events.Length; i++)
        {
            var happened = events.Of(i);
            if (!happened.IsDeceased || (marks.Of(i) & (EventMark.Cancelled | EventMark.NoEnd)) != EventMark.None)
                continue;
            died = happened.Death ?? died;
            cause = cause < 0 ? i : cause;
        }

        var hasExpired = endedBy is Expired;
        if (cause < 0 && !hasExpired)
            return null;
        var at = died ?? (hasExpired ? ended!.Value : events.Of(cause).At);
        milestones.Add(new Milestone(MilestoneKind.Death, at, events.Of(cause >= 0 ? cause : end.Statement).Order.Key));
        return at;
    }
}
