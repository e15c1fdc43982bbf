namespace FhirGateway.Adapters.Egress;

/// <summary>Why a request did not leave, or its answer was not taken.</summary>
public enum EgressFaultCode
{
    /// <summary>The origin is on no list of the owner.</summary>
    NotAllowed,

    /// <summary>The name stands for no address that may be reached.</summary>
    AddressRefused,

    /// <summary>Not an https or http URL without user information.</summary>
    UrlRefused,

    /// <summary>A header that may not be sent.</summary>
    HeaderRefused,

    /// <summary>A credential of another origin.</summary>
    CredentialRefused,

    /// <summary>A redirect that is not followed, or one too many.</summary>
    RedirectRefused,

    /// <summary>The name could not be resolved.</summary>
    NameUnknown,

    /// <summary>No connection, or it broke before the answer.</summary>
    Connection,

    /// <summary>TLS: no common version, or a certificate that is not trusted or of another name.</summary>
    Tls,

    /// <summary>No connection, no headers, or not all bytes in time.</summary>
    Timeout,

    /// <summary>Fewer bytes a second than the budget asks for.</summary>
    TooSlow,

    /// <summary>More bytes than the budget allows.</summary>
    TooLarge,

    /// <summary>Inflates more than the budget allows.</summary>
    RatioTooHigh,

    /// <summary>A content encoding other than gzip, or several.</summary>
    EncodingRefused,

    /// <summary>The body ended before its announced end.</summary>
    CutOff,

    /// <summary>The answer is not HTTP, or its compressed body cannot be read.</summary>
    Malformed,

    /// <summary>Too many faults in a short time: nothing is sent for a while.</summary>
    CircuitOpen,
}
