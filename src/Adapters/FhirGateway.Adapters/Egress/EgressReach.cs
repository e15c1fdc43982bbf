namespace FhirGateway.Adapters.Egress;

/// <summary>Which addresses a request may end at.</summary>
internal enum EgressReach
{
    Nowhere,
    PublicOnly,
    PrivateToo,
}
