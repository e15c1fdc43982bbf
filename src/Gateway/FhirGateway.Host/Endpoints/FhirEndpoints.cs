using System.Globalization;
using System.Text.Json;
using FhirGateway.Adapters.Identity;
using FhirGateway.Organizations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FhirGateway.Host.Endpoints;

/// <summary>What the FHIR side says of itself before anybody has a token.</summary>
internal static class FhirEndpoints
{
    public static void MapFhir(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/fhir/.well-known/smart-configuration", Smart).AllowAnonymous();
        routes.MapGet("/fhir/metadata", Metadata).AllowAnonymous();
    }

    private static JsonHttpResult<SmartConfiguration> Smart(HttpContext http, GatewayUrls urls) => TypedResults.Json(
        new SmartConfiguration
        {
            TokenEndpoint = urls.Root(http) + GatewayUrls.TokenPath,
            Algorithms = TokenRequests.Algorithms,
            Scopes = ClientScopes.All,
        },
        EndpointJson.Default.SmartConfiguration);

    /// <summary>A CapabilityStatement of what is there: security and operations, and no resource interaction yet.</summary>
    private static FileContentHttpResult Metadata(HttpContext http, GatewayUrls urls, TimeProvider clock)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, urls.Root(http), clock.GetUtcNow());
        return TypedResults.Bytes(buffer.ToArray(), "application/fhir+json; charset=utf-8");
    }

    private static void Write(Utf8JsonWriter json, string root, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("resourceType", "CapabilityStatement");
        json.WriteString("status", "active");
        json.WriteString("date", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteString("kind", "instance");
        json.WriteStartObject("software");
        json.WriteString("name", "FHIR gateway");
        json.WriteEndObject();
        json.WriteStartObject("implementation");
        json.WriteString("description", "FHIR gateway");
        json.WriteString("url", root + "/fhir");
        json.WriteEndObject();
        json.WriteString("fhirVersion", "4.0.1");
        json.WriteStartArray("format");
        json.WriteStringValue("json");
        json.WriteEndArray();
        json.WriteStartArray("rest");
        json.WriteStartObject();
        json.WriteString("mode", "server");
        json.WriteStartObject("security");
        json.WriteStartArray("service");
        json.WriteStartObject();
        json.WriteStartArray("coding");
        json.WriteStartObject();
        json.WriteString("system", "http://terminology.hl7.org/CodeSystem/restful-security-service");
        json.WriteString("code", "SMART-on-FHIR");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        WriteOperations(json);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOperations(Utf8JsonWriter json)
    {
        json.WriteStartArray("operation");
        foreach (var name in (string[])["bulk-submit", "bulk-submit-status"])
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("definition", "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/" + name);
            json.WriteEndObject();
        }

        json.WriteStartObject();
        json.WriteString("name", "process-message");
        json.WriteString("definition", "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message");
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
