using System.Text.Json.Serialization;

namespace FhirGateway.Host.Endpoints;

/// <summary>RFC 6749 section 5.2.</summary>
internal sealed record TokenErrorBody([property: JsonPropertyName("error")] string Error);
