namespace FhirGateway.Adapters.Egress;

/// <summary>How a body is read.</summary>
public enum EgressBody
{
    /// <summary>Inflated where the sender compressed it.</summary>
    Decoded,

    /// <summary>The bytes as they came.</summary>
    AsReceived,
}
