namespace FhirGateway.Episodes;

/// <summary>What a trigger does with a visit. The order of the parts matters: <see cref="EventActs"/> compares with their first members.</summary>
internal enum EventAct
{
    /// <summary>Says nothing of the visit but whose it is: moves, merges, beds, and what is in no table.</summary>
    Neutral,

    /// <summary>A28, A31: content of the person.</summary>
    PersonUpdate,

    /// <summary>A08, A61, A62.</summary>
    Update,
    ChangeAttending,
    Depart,
    Arrive,
    PendingTransfer,
    PendingDischarge,
    Transfer,
    Swap,
    LeaveStart,
    LeaveEnd,
    Discharge,

    // What a visit is founded on. The first two are of a visit that exists already.
    ToInpatient,
    ToOutpatient,
    Admit,
    Register,
    Preadmit,
    PendingAdmit,

    // Cancels.
    CancelAdmit,
    CancelPreadmit,
    CancelPendingAdmit,
    DeleteVisit,
    CancelTransfer,
    CancelDischarge,
    CancelPendingDischarge,
    CancelPendingTransfer,
    CancelArrive,
    CancelDepart,
    CancelLeaveStart,
    CancelLeaveEnd,
    CancelAttending,
}
