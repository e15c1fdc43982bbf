namespace FhirGateway.Organizations;

/// <summary>What a sending organisation is.</summary>
public enum SourceKind
{
    Payer = 1,
    Hie = 2,
    Hospital = 3,
}
