using System.Text.Json;
using FhirGateway.FeedHealth;
using FhirGateway.Host.Security;
using FhirGateway.Organizations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FhirGateway.Host.Endpoints;

/// <summary>For operators.</summary>
internal static class AdminEndpoints
{
    private const int MostAlerts = 5000;
    private const int DefaultAlerts = 1000;
    private const int MostWait = 30;
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    public static void MapAdmin(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/admin/status", (Engine engine) => TypedResults.Json(engine.Reader.Status(), EndpointJson.Default.GatewayStatus))
            .RequireAuthorization(ClientScopes.Admin);
        routes.MapGet("/admin/feeds", Feeds).RequireAuthorization(ClientScopes.Admin);
        routes.MapGet("/admin/feeds/alerts", AlertsAsync).RequireAuthorization(ClientScopes.Admin);
        routes.MapGet("/admin/feeds/{id}", Feed).RequireAuthorization(ClientScopes.Admin);
    }

    private static JsonHttpResult<IReadOnlyList<FeedReport>> Feeds(Engine engine) =>
        TypedResults.Json(engine.Feeds.Report(engine.Clock.GetUtcNow()).Select(r => r with { PerHour = null, ThresholdMinutes = null }).ToList(), FeedJson.Default.IReadOnlyListFeedReport);

    private static IResult Feed(string id, Engine engine) => engine.Organizations.Value.FindSource(id) is { } source
        ? TypedResults.Json(FeedSourceReport.Of(engine.Feeds, source.Number, source.Id, engine.Clock.GetUtcNow()), FeedJson.Default.FeedSourceReport)
        : Outcomes.NotFound();

    /// <summary>The operator's stream, as NDJSON; with wait it is answered when something comes.</summary>
    private static async Task<IResult> AlertsAsync(HttpContext http, Engine engine, IHostApplicationLifetime lifetime)
    {
        if (!QueryNumber.TryRead(http.Request, "after", 0, 0, long.MaxValue, out var after))
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", "after: the last sequence already read, a whole number from 0");
        if (!QueryNumber.TryRead(http.Request, "wait", 0, 0, MostWait, out var wait))
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", $"wait: a whole number of seconds from 0 to {MostWait}");
        if (!QueryNumber.TryRead(http.Request, "most", DefaultAlerts, 1, MostAlerts, out var most))
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", $"most: how many alerts, a whole number from 1 to {MostAlerts}");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var alerts = engine.Reader.FeedAlertsAfter(after, (int)most);
        if (alerts.Count == 0 && wait > 0)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            await Task.WhenAny(engine.FeedWatch.WaitAsync(after, end.Token), Task.Delay(TimeSpan.FromSeconds(wait), engine.Clock, end.Token));
            await end.CancelAsync();
            alerts = engine.Reader.FeedAlertsAfter(after, (int)most);
        }

        var response = http.Response;
        response.ContentType = "application/x-ndjson";
        response.Headers.CacheControl = "no-store";
        foreach (var alert in alerts)
        {
            await response.BodyWriter.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(alert, FeedJson.Default.FeedAlert), http.RequestAborted);
            await response.BodyWriter.WriteAsync(LineEnd, http.RequestAborted);
        }

        await response.CompleteAsync();
        return TypedResults.Empty;
    }
}
