namespace FhirGateway.Simulation.Identity;

/// <summary>What a token of the simulated provider is to say.</summary>
public sealed record IssuedToken
{
    /// <summary>The application that asked for it (<c>azp</c>, in version 1 <c>appid</c>).</summary>
    public required string Application { get; init; }

    /// <summary>The object that stands for it in the tenant (<c>oid</c>).</summary>
    public string ServicePrincipal { get; init; } = "5d2e1f00-0000-4000-8000-00000000c0de";
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>In the form of version 1: another issuer, <c>appid</c> in place of <c>azp</c>.</summary>
    public bool IsVersion1 { get; init; }
    public TokenFault Fault { get; init; }
}
