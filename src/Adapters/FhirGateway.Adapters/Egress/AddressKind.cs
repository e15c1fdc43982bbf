namespace FhirGateway.Adapters.Egress;

/// <summary>What an address is for.</summary>
internal enum AddressKind
{
    /// <summary>Routed on the internet to one host.</summary>
    Public,

    /// <summary>Of this machine or a private network: for origins that the operator named.</summary>
    Private,

    /// <summary>Link-local, metadata services, and ranges with a special meaning: only where the operator wrote the address itself.</summary>
    Special,

    /// <summary>No host: unspecified, multicast, broadcast, reserved.</summary>
    Never,
}
