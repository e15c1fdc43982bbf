namespace FhirGateway.Hl7v2;

/// <summary>How deep a value lies.</summary>
public enum Hl7Level
{
    Field,
    Repetition,
    Component,
    Subcomponent,
}
