using FhirGateway.Simulation.People;

namespace FhirGateway.Simulation.Worlds;

/// <summary>A person as the hospital knows them.</summary>
public sealed record HospitalPatient
{
    public required SimulatedPerson Person { get; init; }

    /// <summary>Medical record number, unique in the hospital.</summary>
    public required string Mrn { get; init; }

    /// <summary>What the hospital believes.</summary>
    public required PersonView View { get; init; }
    public required PatientRecognition Recognition { get; init; }

    /// <summary>The insurance the patient showed: a membership of their own, or of the mother for a newborn; null for none.</summary>
    public Member? Insurance { get; init; }

    public override string ToString() => $"HospitalPatient {Person.Index}";
}
