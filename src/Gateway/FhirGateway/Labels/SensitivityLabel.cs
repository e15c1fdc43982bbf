namespace FhirGateway.Labels;

/// <summary>A mark of sensitive content, set at intake. Labelled data are withheld unless a policy permits the label.</summary>
public enum SensitivityLabel
{
    /// <summary>Substance-use treatment under 42 CFR Part 2.</summary>
    SubstanceUse = 1,

    /// <summary>Mental health.</summary>
    Psychiatry,

    /// <summary>HIV.</summary>
    Hiv,

    /// <summary>Sexual and reproductive health.</summary>
    SexualHealth,

    /// <summary>Sexual assault, abuse, domestic violence.</summary>
    Violence,

    /// <summary>Genetics.</summary>
    Genetics,

    /// <summary>PV1-16 marks the patient as a VIP.</summary>
    Vip,

    /// <summary>Marked as restricted or very restricted, or with a sensitivity of another kind, by the sender.</summary>
    Restricted,

    /// <summary>From a facility, unit or service that the source's configuration names as sensitive.</summary>
    SensitivePlace,

    /// <summary>A service of a patient of 12 to 17 years to which minors may consent themselves.</summary>
    Minor,
}
