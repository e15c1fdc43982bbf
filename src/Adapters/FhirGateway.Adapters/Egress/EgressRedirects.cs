namespace FhirGateway.Adapters.Egress;

/// <summary>Which redirects of a GET or HEAD are followed, at most three in a row; each is checked like a first request.</summary>
public enum EgressRedirects
{
    /// <summary>None: a redirect is a fault.</summary>
    Refused,

    /// <summary>Within the origin, with all headers.</summary>
    SameOrigin,

    /// <summary>Also to another allowed origin, without credential and without any header but those about representation and range.</summary>
    AllowedOrigins,
}
