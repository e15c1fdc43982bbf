namespace FhirGateway.Adapters.Identity;

/// <summary>The parameters of a token request (RFC 6749 section 4.4.2, RFC 7523 section 2.2); null where absent.</summary>
public sealed record TokenForm(string? GrantType, string? Scope, string? AssertionType, string? Assertion)
{
    public override string ToString() => $"TokenForm({GrantType})";
}
