namespace FhirGateway.Fhir.Definitions;

/// <summary>StructureDefinition.kind (http://hl7.org/fhir/ValueSet/structure-definition-kind).</summary>
public enum StructureKind
{
    PrimitiveType,
    ComplexType,
    Resource,
    Logical,
}
