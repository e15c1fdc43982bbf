namespace FhirGateway.Adapters.Smart;

/// <summary>No access token for a source. Its message holds no secret and nothing of a URL beyond its path.</summary>
public sealed class SmartException(SmartFaultCode code, string message, Exception? inner = null) : IOException(message, inner)
{
    public SmartFaultCode Code { get; } = code;

    /// <summary>When the server wants to be asked again; null where it said nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>It may work later without anybody changing anything.</summary>
    public bool IsTransient => Code == SmartFaultCode.Unavailable;
}
