namespace FhirGateway.Fhir.Profiles;

/// <summary>What must be there for an invariant to be able to fail.</summary>
internal enum InvariantAnchor
{
    None,

    /// <summary>ref-1: only a reference that begins with <c>#</c>.</summary>
    LocalReference,

    /// <summary>dom-2 to dom-5: only a resource with contained ones.</summary>
    Contained,
}
