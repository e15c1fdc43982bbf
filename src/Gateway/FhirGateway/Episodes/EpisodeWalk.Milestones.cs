namespace FhirGateway.Episodes;

/// <content>What the events mean to those who follow the visit.</content>
internal sealed partial class EpisodeWalk
{
    private void TellClass(EpisodeEvent happened, EventAct act, VisitClass? before, VisitClass after)
    {
        // Updates of two systems may show one class in turn with another: only what says that it happened tells it again.
        var isAgain = act.Founds() && milestones.Has(MilestoneKind.InpatientToOutpatient);
        var kind = act switch
        {
            _ when isAgain && milestones.HasAdmission && before is { IsInpatient: false } && after.IsInpatient => MilestoneKind.OutpatientToInpatient,
            EventAct.Admit => OfAdmit(before, after),
            EventAct.Register when before is null || !milestones.HasArrival => OfArrival(after) ?? MilestoneKind.Register,
            EventAct.PendingAdmit when before is null => OfArrival(after),
            EventAct.ToInpatient => OfConversion(before, after) ?? OfToInpatient(happened, after),
            EventAct.ToOutpatient when before is null => MilestoneKind.InpatientToOutpatient,
            _ => OfConversion(before, after),
        };
        if (kind is not { } told)
            return;
        isConverted |= told is MilestoneKind.EdToInpatient or MilestoneKind.ObservationToInpatient || (before is not null && after.IsInpatient);
        milestones.Add(new Milestone(told, happened.At, happened.Order.Key, before?.Code, after.Code, isAgain && told == MilestoneKind.InpatientToOutpatient));
    }

    private MilestoneKind? OfAdmit(VisitClass? before, VisitClass after)
    {
        if (after.IsInpatient && before is { IsEmergency: true } or { IsObservation: true })
            return OfConversion(before, after);
        if (OfArrival(after) is { } arrival)
            return arrival;
        return milestones.HasAdmission ? null : MilestoneKind.Admit;
    }

    private MilestoneKind? OfToInpatient(EpisodeEvent happened, VisitClass after)
    {
        if (after.IsObservation)
            return MilestoneKind.ObservationStart;
        if (milestones.HasAdmission)
            return null;
        return happened.AdmitSource is "emd" ? MilestoneKind.EdToInpatient : MilestoneKind.Admit;
    }

    private static MilestoneKind? OfArrival(VisitClass after)
    {
        if (after.IsEmergency)
            return MilestoneKind.EdArrival;
        return after.IsObservation ? MilestoneKind.ObservationStart : null;
    }

    /// <summary>The change of class of a visit that is going on, whichever message shows it; null if it is none, or of no interest.</summary>
    private static MilestoneKind? OfConversion(VisitClass? before, VisitClass after)
    {
        if (before is null || before.Code == after.Code || !ClassTrail.IsKnown(before))
            return null;
        if (after.IsInpatient)
        {
            if (before.IsInpatient)
                return null;
            return before.IsEmergency ? MilestoneKind.EdToInpatient : before.IsObservation ? MilestoneKind.ObservationToInpatient : MilestoneKind.Admit;
        }
        if (before.IsInpatient)
            return MilestoneKind.InpatientToOutpatient;
        if (after.IsObservation)
            return MilestoneKind.ObservationStart;
        return after.IsEmergency && !before.IsObservation ? MilestoneKind.EdArrival : null;
    }

    /// <summary>A move to another unit or facility. A bed in the same unit is an update, and so is a transfer that is told again.</summary>
    private void TellTransfer(EpisodeEvent happened)
    {
        var to = happened.Location;
        if (to is not null && lastMovedTo is not null && LocationTrail.IsSameUnit(lastMovedTo, to))
            return;
        var from = happened.PriorLocation ?? lastMovedTo ?? locations.Current;
        if (to is not null && from is not null && LocationTrail.IsSameUnit(from, to))
            return;
        milestones.Add(new Milestone(MilestoneKind.Transfer, happened.At, happened.Order.Key, from, to));
    }

    private void TakeLeave(EpisodeEvent happened, EventAct act)
    {
        if (act is not (EventAct.LeaveStart or EventAct.LeaveEnd))
            return;
        var kind = act == EventAct.LeaveStart ? MilestoneKind.LeaveStart : MilestoneKind.LeaveEnd;
        var milestone = new Milestone(kind, happened.At, happened.Order.Key);
        // Said again before the patient was back, or left again, it is the same leave.
        if (lastLeave == kind)
            milestones.Correct(milestone);
        else
            milestones.Add(milestone);
        lastLeave = kind;
    }
}
