namespace FhirGateway.Simulation.Worlds;

/// <summary>By what the hospital's record of a patient can be tied to the payers' records.</summary>
public enum PatientRecognition
{
    /// <summary>By nothing: the record is mistyped, outdated or incomplete and carries no shared identifier, or nobody else knows the person.</summary>
    None,

    /// <summary>Name, birth date, sex and ZIP are all present and equal to the payers'.</summary>
    Demographics,

    /// <summary>PID-3 carries a payer's member id with the payer as assigning authority.</summary>
    MemberId,

    /// <summary>PID-3 carries the Medicare beneficiary id, which every payer's record of the person carries too.</summary>
    Mbi,
}
