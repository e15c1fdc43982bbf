namespace FhirGateway.Normalization;

/// <summary>What an agreement must cover for a resource to go.</summary>
public enum DataClass
{
    /// <summary>Of no person: goes when a released resource refers to it.</summary>
    None,

    /// <summary>Demographics: any data class will do.</summary>
    Patient,
    Claims,
    Clinical,
}
