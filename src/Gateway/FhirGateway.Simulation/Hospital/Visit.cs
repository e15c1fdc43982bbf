using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Simulation.Hospital;

/// <summary>One stay or emergency visit. Times are local, at -07:00.</summary>
public sealed record Visit
{
    public required HospitalPatient Patient { get; init; }

    /// <summary>PV1-19, unique in the hospital.</summary>
    public required string Number { get; init; }

    /// <summary>PV1-2: <c>I</c> inpatient (announced by A01), <c>E</c> emergency (A04).</summary>
    public required char PatientClass { get; init; }
    public required VisitStory Story { get; init; }
    public VisitSecrecy Secrecy { get; init; }
    public required DateTime Admitted { get; init; }
    public required DateTime Updated { get; init; }
    public required DateTime Discharged { get; init; }

    /// <summary>When it really ended: a discharge that was called off came again later. Null while it is open, and where it never was.</summary>
    public DateTime? Ended => Story switch
    {
        VisitStory.Open or VisitStory.ArrivalCancelled => null,
        VisitStory.DischargeCancelled => Discharged.AddMinutes(LaterMinutes),
        _ => Discharged,
    };

    /// <summary>Minutes from a discharge that is called off to the one that stands.</summary>
    internal const int LaterMinutes = 90;

    /// <summary>What it was in the end.</summary>
    public bool IsInpatient => PatientClass == 'I' || Story == VisitStory.Admitted;

    public override string ToString() => $"Visit {Story} {Secrecy}";
}
