namespace FhirGateway.Episodes;

/// <summary>What can happen in a visit that a care team is told of.</summary>
public enum MilestoneKind
{
    Preadmit = 1,
    Register,
    EdArrival,
    Admit,
    ObservationStart,

    /// <summary>An emergency visit becomes an inpatient stay.</summary>
    EdToInpatient,

    /// <summary>An observation becomes an inpatient stay.</summary>
    ObservationToInpatient,

    /// <summary>An inpatient becomes an outpatient (A07).</summary>
    InpatientToOutpatient,
    Transfer,
    LeaveStart,
    LeaveEnd,
    Discharge,
    Death,

    /// <summary>The visit was called off as a whole: A11 of its only admit, A27, A38, A23.</summary>
    Cancelled,

    /// <summary>Who was made an outpatient is an inpatient again (A06 after A07).</summary>
    OutpatientToInpatient,
}
