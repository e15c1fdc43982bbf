namespace FhirGateway.Adapters.Identity;

/// <summary>Why a client assertion was not believed. For the audit log; the caller only ever reads <c>invalid_client</c>.</summary>
public enum AssertionFault
{
    None,

    /// <summary>Not three parts of base64url with strict JSON objects, or too long.</summary>
    Malformed,

    /// <summary>Neither RS384 nor ES384, or not the algorithm of the key.</summary>
    Algorithm,

    /// <summary>The header asks for something that is not supported: crit, or a key given by the token itself.</summary>
    Header,

    /// <summary>No client has this id.</summary>
    Client,

    /// <summary>The client has no such key.</summary>
    Key,
    Signature,

    /// <summary>iss and sub are not both the client id.</summary>
    Subject,

    /// <summary>aud is not this token endpoint.</summary>
    Audience,

    /// <summary>exp, nbf or iat is missing where needed, no whole number, past, or too far ahead.</summary>
    Time,

    /// <summary>jti is missing.</summary>
    Identifier,

    /// <summary>jti was used before.</summary>
    Replay,
}
