namespace FhirGateway.Episodes;

/// <summary>Triggers by what they do with a visit (HL7 v2 chapter 3).</summary>
internal static class EventActs
{
    /// <summary>One more than the last act: the length of a table by act.</summary>
    public const int Count = (int)EventAct.CancelAttending + 1;

    public static EventAct Of(string trigger) => trigger switch
    {
        "A01" => EventAct.Admit,
        "A02" => EventAct.Transfer,
        "A03" => EventAct.Discharge,
        "A04" => EventAct.Register,
        "A05" => EventAct.Preadmit,
        "A06" => EventAct.ToInpatient,
        "A07" => EventAct.ToOutpatient,
        "A08" or "A61" or "A62" => EventAct.Update,
        "A09" => EventAct.Depart,
        "A10" => EventAct.Arrive,
        "A11" => EventAct.CancelAdmit,
        "A12" => EventAct.CancelTransfer,
        "A13" => EventAct.CancelDischarge,
        "A14" => EventAct.PendingAdmit,
        "A15" => EventAct.PendingTransfer,
        "A16" => EventAct.PendingDischarge,
        "A17" => EventAct.Swap,
        "A21" => EventAct.LeaveStart,
        "A22" => EventAct.LeaveEnd,
        "A23" => EventAct.DeleteVisit,
        "A25" => EventAct.CancelPendingDischarge,
        "A26" => EventAct.CancelPendingTransfer,
        "A27" => EventAct.CancelPendingAdmit,
        "A28" or "A31" => EventAct.PersonUpdate,
        "A32" => EventAct.CancelArrive,
        "A33" => EventAct.CancelDepart,
        "A38" => EventAct.CancelPreadmit,
        "A52" => EventAct.CancelLeaveStart,
        "A53" => EventAct.CancelLeaveEnd,
        "A54" => EventAct.ChangeAttending,
        "A55" => EventAct.CancelAttending,
        _ => EventAct.Neutral,
    };

    public static bool IsCancel(this EventAct act) => act >= EventAct.CancelAdmit;

    /// <summary>A11, A27, A38 and A23: what is cancelled may be the visit as a whole.</summary>
    public static bool CallsOff(this EventAct act) => act is >= EventAct.CancelAdmit and <= EventAct.DeleteVisit;

    /// <summary>The visit stands on it: without it, what came after it falls too.</summary>
    public static bool Founds(this EventAct act) => act is >= EventAct.ToInpatient and <= EventAct.PendingAdmit;

    /// <summary>A visit can begin with it, also anew after it was called off.</summary>
    public static bool Begins(this EventAct act) => act is >= EventAct.Admit and <= EventAct.PendingAdmit;

    /// <summary>Updates say how things are, not that something happened.</summary>
    public static bool IsUpdate(this EventAct act) => act is EventAct.Update or EventAct.ChangeAttending;

    /// <summary>Whether the event is there to say where the patient is now.</summary>
    public static bool Moves(this EventAct act) =>
        act is EventAct.Admit or EventAct.Register or EventAct.Transfer or EventAct.Swap or EventAct.ToInpatient or EventAct.ToOutpatient or EventAct.Arrive;

    /// <summary>It says that the visit has ended: A03 unless the patient stays on, and an update that has the time of discharge.</summary>
    public static bool Ends(this EpisodeEvent happened, EventAct act) => act switch
    {
        EventAct.Discharge => !happened.StaysOn,
        EventAct.Update => !happened.StaysOn && !happened.Class.IsPreadmission && happened.Discharged is { } end && end.Instant <= LatestTime(happened.Order),
        _ => false,
    };

    /// <summary>
    /// The patient is expected, not there. What an update says of this it must say by itself, whatever else is known: a visit that has begun
    /// for want of a plan would become planned when that is found.
    /// </summary>
    public static bool IsPlan(this EpisodeEvent happened, EventAct act) => act switch
    {
        EventAct.Preadmit => true,
        EventAct.PendingAdmit => !IsThere(happened),
        EventAct.Register => happened.Class.IsPreadmission || happened.PatientClass is "R",
        EventAct.Update or EventAct.ChangeAttending => (happened.Class.IsPreadmission || IsAhead(happened)) && !happened.Ends(act),
        _ => false,
    };

    /// <summary>The admission is pending, of a patient who has come already: to the emergency department, or under observation.</summary>
    private static bool IsThere(EpisodeEvent happened) =>
        happened is { Class: { IsEmergency: true } or { IsObservation: true }, Admitted: { } came } && came.Instant <= LatestTime(happened.Order);

    /// <summary>PV1-44, or without it PV2-8, lies after the event.</summary>
    private static bool IsAhead(EpisodeEvent happened) => (happened.Admitted ?? happened.ExpectedAdmit) is { } expected && expected.Instant > LatestTime(happened.Order);

    private static DateTimeOffset LatestTime(EventOrder order)
    {
        var latest = order.Time > order.Recorded ? order.Time : order.Recorded;
        return latest > order.Sent ? latest : order.Sent;
    }
}
