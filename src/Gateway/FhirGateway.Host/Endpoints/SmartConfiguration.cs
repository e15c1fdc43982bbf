using System.Text.Json.Serialization;

namespace FhirGateway.Host.Endpoints;

/// <summary>What /.well-known/smart-configuration says (SMART App Launch 2.2, section 8.2).</summary>
internal sealed record SmartConfiguration
{
    [JsonPropertyName("token_endpoint")] public required string TokenEndpoint { get; init; }
    [JsonPropertyName("token_endpoint_auth_methods_supported")] public string[] AuthMethods { get; init; } = ["private_key_jwt"];
    [JsonPropertyName("token_endpoint_auth_signing_alg_values_supported")] public required IReadOnlyList<string> Algorithms { get; init; }
    [JsonPropertyName("grant_types_supported")] public string[] GrantTypes { get; init; } = ["client_credentials"];
    [JsonPropertyName("scopes_supported")] public required IReadOnlyList<string> Scopes { get; init; }
    [JsonPropertyName("capabilities")] public string[] Capabilities { get; init; } = ["client-confidential-asymmetric"];
}
