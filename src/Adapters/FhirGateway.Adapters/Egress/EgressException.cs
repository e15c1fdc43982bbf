namespace FhirGateway.Adapters.Egress;

/// <summary>A request that failed outside the gateway or was not let out. Its message holds no query string, header value or secret.</summary>
public sealed class EgressException : IOException
{
    public EgressException(EgressFaultCode code, Uri url, string reason, Exception? inner = null)
        : base($"{EgressUrl.Shown(url)}: {reason}", inner) => Code = code;

    public EgressFaultCode Code { get; }

    /// <summary>For <see cref="EgressFaultCode.CircuitOpen"/>: when a next attempt is let out.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The same request may succeed later without anybody changing anything.</summary>
    public bool IsTransient => Code is EgressFaultCode.Connection or EgressFaultCode.NameUnknown or EgressFaultCode.Timeout
        or EgressFaultCode.TooSlow or EgressFaultCode.CutOff or EgressFaultCode.CircuitOpen;
}
