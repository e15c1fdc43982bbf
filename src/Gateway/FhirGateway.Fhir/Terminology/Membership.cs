namespace FhirGateway.Fhir.Terminology;

/// <summary>Whether a code is in a value set.</summary>
public enum Membership
{
    Member,
    NotMember,

    /// <summary>The set is not at hand or cannot be expanded: nothing can be said.</summary>
    Unknown,
}
