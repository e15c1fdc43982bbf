namespace FhirGateway.Fhir.Definitions;

/// <summary>http://hl7.org/fhir/ValueSet/binding-strength.</summary>
public enum BindingStrength
{
    Required,
    Extensible,
    Preferred,
    Example,
}
