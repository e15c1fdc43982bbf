using FhirGateway.Simulation.Payers.Servers;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>One payer of a test: how its server is, what it does wrong, and what must come of its export.</summary>
public sealed record PayerCase(string Id)
{
    public const string ClientId = "hie-gateway";

    public PayerServerOptions Options { get; init; } = new();

    /// <summary>As <c>source set --dialect</c> takes it; null for what the capabilities say.</summary>
    public string? Dialect { get; init; }
    public string? Group { get; init; }

    /// <summary>Whether the server asks for tokens.</summary>
    public bool IsProtected { get; init; } = true;

    /// <summary>The client's secret, where the server takes one; null for signed assertions.</summary>
    public string? Secret { get; init; }

    /// <summary>More options of <c>source set</c>.</summary>
    public string[] Settings { get; init; } = [];

    /// <summary>What goes wrong.</summary>
    public Action<PayerServer>? Prepare { get; init; }

    /// <summary>What the job must say where it must fail, one of these; empty where it must complete.</summary>
    public string[] Reasons { get; init; } = [];

    public MemberClaims Members => field ??= new MemberClaims(Id);

    public override string ToString() => Id;
}
