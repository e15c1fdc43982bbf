using System.Text.Json.Serialization;

namespace FhirGateway.Host.Endpoints;

/// <summary>RFC 6749 section 5.1.</summary>
internal sealed record TokenBody(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("scope")] string Scope)
{
    public override string ToString() => "TokenBody";
}
