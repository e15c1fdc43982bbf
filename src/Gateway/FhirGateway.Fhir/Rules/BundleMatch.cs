namespace FhirGateway.Fhir.Rules;

/// <summary>What a reference finds in its Bundle.</summary>
internal enum BundleMatch
{
    /// <summary>No entry.</summary>
    None,
    One,
    Several,

    /// <summary>A resource of this type and id, but with a fullUrl that the reference does not lead to.</summary>
    OtherUrl,

    /// <summary>The reference has no form that could lead to an entry.</summary>
    NoForm,
}
