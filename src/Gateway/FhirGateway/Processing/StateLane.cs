namespace FhirGateway.Processing;

/// <summary>Who goes first at the state writer. Messages and commands go before bulk; bulk still moves.</summary>
public enum StateLane
{
    Messages,
    Bulk,
}
