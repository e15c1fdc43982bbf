namespace FhirGateway.Publications;

/// <summary>The delivery channel is out of reach or set up wrongly. The message says what to do and carries no data.</summary>
public sealed class DeliveryChannelException : Exception
{
    public DeliveryChannelException(string message)
        : base(message)
    {
    }

    public DeliveryChannelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
