namespace FhirGateway.Attributions;

/// <summary>How a person came to be attributed. The numbers are stored.</summary>
public enum AttributionMethod
{
    /// <summary>The payer's list.</summary>
    Roster = 1,

    /// <summary>The participant attests a relationship. Opens ADT and clinical data, never a payer's claims.</summary>
    Panel = 2,
}
