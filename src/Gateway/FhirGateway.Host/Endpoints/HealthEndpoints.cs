namespace FhirGateway.Host.Endpoints;

/// <summary>For whoever restarts or routes to this process. A status and nothing else: no counts, names or versions.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes, Func<bool> isReady)
    {
        routes.MapGet("/health/live", () => TypedResults.StatusCode(StatusCodes.Status200OK)).AllowAnonymous();
        routes.MapGet("/health/ready", () => TypedResults.StatusCode(isReady() ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable)).AllowAnonymous();
    }
}
