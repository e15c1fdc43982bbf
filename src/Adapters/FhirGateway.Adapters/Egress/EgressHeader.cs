namespace FhirGateway.Adapters.Egress;

/// <summary>One request header. Its value may be a secret: it is never shown.</summary>
public sealed record EgressHeader(string Name, string Value)
{
    public override string ToString() => $"EgressHeader({Name})";
}
