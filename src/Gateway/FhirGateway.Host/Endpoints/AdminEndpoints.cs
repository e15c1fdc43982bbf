using FhirGateway.Organizations;

namespace FhirGateway.Host.Endpoints;

/// <summary>For operators.</summary>
internal static class AdminEndpoints
{
    public static void MapAdmin(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/admin/status", (Engine engine) => TypedResults.Json(engine.Reader.Status(), EndpointJson.Default.GatewayStatus))
            .RequireAuthorization(ClientScopes.Admin);
}
