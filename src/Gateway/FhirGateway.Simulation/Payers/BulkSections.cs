namespace FhirGateway.Simulation.Payers;

/// <summary>Parts of a payer's data that may go in files of their own.</summary>
[Flags]
public enum BulkSections
{
    None = 0,

    /// <summary>Organisations and practitioners.</summary>
    Directory = 1,

    /// <summary>Patients.</summary>
    Patients = 2,

    /// <summary>Coverages, encounters, conditions and claims.</summary>
    Records = 4,
    All = Directory | Patients | Records,
}
