namespace FhirGateway.Fhir.Definitions;

/// <summary>http://hl7.org/fhir/ValueSet/resource-slicing-rules.</summary>
public enum SlicingRules
{
    Open,
    OpenAtEnd,
    Closed,
}
