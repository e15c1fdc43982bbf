namespace FhirGateway.Adapters.Smart;

/// <summary>Why there is no access token.</summary>
public enum SmartFaultCode
{
    /// <summary>The source's connection lacks what is needed, or its key or secret file cannot be used.</summary>
    NotConfigured,

    /// <summary>The SMART configuration is absent or cannot be used.</summary>
    Discovery,

    /// <summary>The token endpoint is at an origin that is not allowed.</summary>
    EndpointNotAllowed,

    /// <summary>The token endpoint refused us.</summary>
    Refused,

    /// <summary>The token endpoint is busy or broken; it may work later.</summary>
    Unavailable,

    /// <summary>The token endpoint's answer is no token.</summary>
    BadAnswer,
}
