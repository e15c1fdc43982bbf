namespace FhirGateway.Simulation.Identity;

/// <summary>What is wrong with a token that the simulated provider issues.</summary>
public enum TokenFault
{
    None,

    /// <summary>Issued for another tenant: its issuer and <c>tid</c> say so, the key is the same.</summary>
    OtherTenant,

    /// <summary><c>tid</c> of another tenant under the right issuer.</summary>
    OtherTenantId,

    /// <summary>The issuer of another tenant with the right <c>tid</c>.</summary>
    OtherIssuer,
    NoTenantId,
    OtherAudience,

    /// <summary>The right audience and one more.</summary>
    TwoAudiences,
    NoAudience,

    /// <summary>An id token for the same audience.</summary>
    IdToken,

    /// <summary>An access token that a person's sign-in gave an application (<c>scp</c>).</summary>
    OfPerson,

    /// <summary>Ended more than a minute ago.</summary>
    Expired,
    NoExpiry,

    /// <summary>Begins in more than a minute.</summary>
    NotYetValid,
    IssuedInFuture,

    /// <summary><c>alg</c> none, without signature.</summary>
    NoAlgorithm,

    /// <summary><c>alg</c> none over the signature of the right key.</summary>
    NoAlgorithmButSignature,

    /// <summary>HS256 with the public key as the secret.</summary>
    PublicKeyAsSecret,

    /// <summary>RS384, which no token of this provider has.</summary>
    OtherAlgorithm,

    /// <summary>Signed by a key that was never published, under the name of one that was.</summary>
    OtherKey,

    /// <summary>Signed by a key that was never published, under a name of its own.</summary>
    UnknownKey,

    /// <summary><c>typ</c> of the header says logout+jwt.</summary>
    OtherType,

    /// <summary>One byte of the payload changed after signing.</summary>
    Changed,
}
