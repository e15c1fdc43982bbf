namespace FhirGateway.Fhir.Rules;

/// <summary>What a property's name says about rules for its value.</summary>
internal enum NameRole : byte
{
    None,
    Reference,
    Contained,
    Resource,
    Div,
    Data,
    System,
    Canonical,
    Security,
    Url,
}
