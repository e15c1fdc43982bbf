using FhirGateway.Contracts;
using FhirGateway.Host.Security;
using FhirGateway.Organizations;
using FhirGateway.Processing;

namespace FhirGateway.Host.Endpoints;

/// <summary>
/// GET /streams/{stream}: the caller's own stream, as NDJSON (long-poll with wait) or as server-sent events. The participant is
/// the token's: there is no way to name another one.
/// </summary>
internal static class StreamEndpoints
{
    private const int MostWait = 30;
    private const int MostEntries = 5000;
    private const int DefaultEntries = 1000;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    public static void MapStreams(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/streams/{stream}", ReadAsync).RequireAuthorization(ClientScopes.StreamsRead);

    private static async Task<IResult> ReadAsync(HttpContext http, string stream, Engine engine, IHostApplicationLifetime lifetime)
    {
        var caller = Caller.Of(http.User)!;
        if (!StreamNames.All.Contains(stream) || engine.Organizations.Value.FindParticipant(caller.Owner!) is not { } participant)
        {
            Refusals.Note(http, "not-found");
            return Outcomes.NotFound();
        }

        if (!QueryNumber.TryRead(http.Request, "after", 0, 0, long.MaxValue, out var after))
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", "after: the last sequence already read, a whole number from 0");
        if (!QueryNumber.TryRead(http.Request, "wait", 0, 0, MostWait, out var wait))
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", $"wait: a whole number of seconds from 0 to {MostWait}");
        if (!QueryNumber.TryRead(http.Request, "most", DefaultEntries, 1, MostEntries, out var most))
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", $"most: how many entries, a whole number from 1 to {MostEntries}");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var reading = new Reading(http, engine, participant, caller.Client, stream, (int)most);
        if (http.Request.GetTypedHeaders().Accept.Any(a => a.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase)))
            await SendEventsAsync(reading, after, stop.Token);
        else
            await SendLinesAsync(reading, after, TimeSpan.FromSeconds(wait), stop.Token);
        return TypedResults.Empty;
    }

    private static async Task SendLinesAsync(Reading reading, long after, TimeSpan wait, CancellationToken stop)
    {
        var page = await reading.PageAsync(after, stop);
        var started = reading.Engine.Clock.GetTimestamp();
        while (page.Lines.Count == 0 && reading.Engine.Clock.GetElapsedTime(started) is var waited && waited < wait)
        {
            if (!await reading.GrewAsync(after, wait - waited, stop))
                break;
            page = await reading.PageAsync(after, stop);
        }

        var response = reading.Http.Response;
        response.ContentType = "application/x-ndjson";
        response.Headers.CacheControl = "no-store";
        foreach (var line in page.Lines)
        {
            await response.BodyWriter.WriteAsync(line, stop);
            await response.BodyWriter.WriteAsync(LineEnd, stop);
        }

        await response.CompleteAsync();
    }

    /// <summary>Server-sent events until the client leaves, the gateway stops, or the token ends: the client reconnects after its last id.</summary>
    private static async Task SendEventsAsync(Reading reading, long after, CancellationToken stop)
    {
        var response = reading.Http.Response;
        if (reading.Http.Request.Headers["Last-Event-ID"] is [{ } last] && long.TryParse(last, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seen))
            after = seen;
        var page = await reading.PageAsync(after, stop);
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        var started = reading.Engine.Clock.GetTimestamp();
        try
        {
            while (true)
            {
                // Sequences have no gaps: the last one and the count give each.
                var sequence = page.Last - page.Lines.Count;
                foreach (var line in page.Lines)
                {
                    await response.BodyWriter.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"id: {++sequence}\ndata: "), stop);
                    await response.BodyWriter.WriteAsync(line, stop);
                    await response.BodyWriter.WriteAsync("\n\n"u8.ToArray(), stop);
                }

                after = page.Last;
                await response.BodyWriter.FlushAsync(stop);
                if (reading.Engine.Clock.GetElapsedTime(started) > Adapters.Identity.AccessTokens.Lifetime - reading.TokenAge)
                    return;
                if (page.Lines.Count == 0 && !await reading.GrewAsync(after, KeepAlive, stop))
                    await response.BodyWriter.WriteAsync(":\n\n"u8.ToArray(), stop);
                page = await reading.PageAsync(after, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client left or the gateway stops.
        }
    }

    /// <summary>One caller reading one stream.</summary>
    private sealed record Reading(HttpContext Http, Engine Engine, Participant Participant, string Client, string Stream, int Most)
    {
        /// <summary>How old the token is: no answer outlives it.</summary>
        public TimeSpan TokenAge { get; } = AgeOf(Http, Engine.Clock);

        public Task<StreamPage> PageAsync(long after, CancellationToken stop) =>
            Engine.Exit.ReadAsync(Participant, Client, Stream, after, Most, stop);

        /// <summary>True once the stream has grown; false after the time.</summary>
        public async Task<bool> GrewAsync(long after, TimeSpan most, CancellationToken stop)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var grown = Engine.Signals.WaitAsync(Participant.Number, Stream, after, end.Token);
            var first = await Task.WhenAny(grown, Task.Delay(most, Engine.Clock, end.Token));
            await end.CancelAsync();
            stop.ThrowIfCancellationRequested();
            return first == grown && grown.IsCompletedSuccessfully;
        }

        private static TimeSpan AgeOf(HttpContext http, TimeProvider clock) =>
            long.TryParse(http.User.FindFirst("iat")?.Value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var issued)
                ? clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(issued)
                : TimeSpan.Zero;
    }
}
