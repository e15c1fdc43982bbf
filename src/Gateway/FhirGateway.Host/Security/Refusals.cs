namespace FhirGateway.Host.Security;

/// <summary>Notes refusals of the request in hand.</summary>
internal static class Refusals
{
    /// <summary>Notes that this request was refused, under its route's pattern and its client if it has shown a good token.</summary>
    public static void Note(HttpContext http, string reason)
    {
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unknown";
        http.RequestServices.GetRequiredService<RefusalLog>().Note(Caller.Of(http.User)?.Client, route, reason);
    }
}
