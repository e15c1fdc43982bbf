namespace FhirGateway.Simulation.Hospital;

/// <summary>Why nothing of a visit may be passed on.</summary>
public enum VisitSecrecy
{
    None,

    /// <summary>PV1-16 = VIP.</summary>
    Vip,

    /// <summary>PV1-10 = PSY, in the unit PSY.</summary>
    Psychiatric,

    /// <summary>A diagnosis of substance use disorder (DG1-3 F10.20).</summary>
    SubstanceUse,
}
