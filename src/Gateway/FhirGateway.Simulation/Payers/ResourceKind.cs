namespace FhirGateway.Simulation.Payers;

/// <summary>The kinds of resource in a payer's files, in the order of the files: what is referred to stands before what refers to it.</summary>
public enum ResourceKind
{
    Organization,
    Practitioner,
    Patient,
    Coverage,
    Encounter,
    Condition,
    ExplanationOfBenefit,
}
