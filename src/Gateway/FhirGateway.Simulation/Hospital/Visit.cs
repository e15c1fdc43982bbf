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

    public override string ToString() => $"Visit {Story} {Secrecy}";
}
