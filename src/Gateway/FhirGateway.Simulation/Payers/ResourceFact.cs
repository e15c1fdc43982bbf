using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Simulation.Payers;

/// <summary>What the script says about one resource of a payer; its bytes and its truth both follow from it.</summary>
public readonly record struct ResourceFact
{
    public required ResourceKind Kind { get; init; }

    /// <summary>Whose it is; null for resources of no person.</summary>
    public Member? Member { get; init; }

    /// <summary>Position among the resources of its kind: of the member, or of the payer.</summary>
    public required int Number { get; init; }

    /// <summary>First day of the service; null where the resource is undated.</summary>
    public DateOnly? Start { get; init; }

    /// <summary>Last day of the service; null where the period is open.</summary>
    public DateOnly? End { get; init; }

    /// <summary>Carries a code of the substance use disorder tables (42 CFR Part 2).</summary>
    public bool IsSensitive { get; init; }

    /// <summary>Number of the practitioner to whom it refers; null for none.</summary>
    public int? Practitioner { get; init; }

    /// <summary>Number of the organisation to whom it refers (0 is the payer itself); null for none.</summary>
    public int? Organization { get; init; }

    /// <summary>FHIR name of the kind.</summary>
    public string Type => Kind switch
    {
        ResourceKind.Organization => "Organization",
        ResourceKind.Practitioner => "Practitioner",
        ResourceKind.Patient => "Patient",
        ResourceKind.Coverage => "Coverage",
        ResourceKind.Encounter => "Encounter",
        ResourceKind.Condition => "Condition",
        _ => "ExplanationOfBenefit",
    };

    public override string ToString() => $"ResourceFact {Kind} {Number}";
}
