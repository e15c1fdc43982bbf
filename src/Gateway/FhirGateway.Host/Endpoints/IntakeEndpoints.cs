using System.Globalization;
using FhirGateway.Host.Security;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Endpoints;

/// <summary>Bulk files of sources. The source is the token's, never the URL's.</summary>
internal static class IntakeEndpoints
{
    /// <summary>Seconds that a request may wait for its submission to be processed.</summary>
    private const int MostWait = 300;
    private const int MostKeyCharacters = 255;
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(500);

    public static void MapIntake(this IEndpointRouteBuilder routes, GatewayOptions options)
    {
        routes.MapPost("/intake/ndjson", UploadAsync).RequireAuthorization(ClientScopes.IntakeWrite).WithMetadata(new BodyLimit(options.Http.MostUploadBytes));
        routes.MapGet("/intake/submissions/{id}", ShowAsync).RequireAuthorization(ClientScopes.IntakeWrite);
    }

    private static async Task<IResult> UploadAsync(HttpContext http, Engine engine, Uploads uploads, TimeProvider clock)
    {
        var caller = Caller.Of(http.User)!;
        if (engine.Organizations.Value.FindSource(caller.Owner!) is not { } source)
            return Outcomes.NotFound();
        if (!IsNdjson(http.Request))
            return Outcomes.Of(StatusCodes.Status415UnsupportedMediaType, "not-supported", "NDJSON is taken here, as application/fhir+ndjson or application/x-ndjson, plain or with Content-Encoding gzip");
        if (!TryReadWait(http.Request, out var wait))
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", $"wait: a whole number of seconds from 0 to {MostWait}");
        if (!TryReadKey(http.Request, out var key))
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", $"Idempotency-Key: given once, 1 to {MostKeyCharacters} visible characters");
        if (http.Request.ContentLength == 0)
            return Outcomes.Of(StatusCodes.Status400BadRequest, "required", "The body is empty");
        if (await uploads.TakeAsync(source, caller.Client, key, NameOf(http.Request), http.Request.Body, http.RequestAborted) is not { } upload)
            return Outcomes.Of(StatusCodes.Status409Conflict, "conflict", "This Idempotency-Key was used for another body, or its first request is not finished");
        http.Response.Headers.Location = "/intake/submissions/" + upload.Submission;
        return await ReceiptAsync(http, uploads, source, upload.Submission, TimeSpan.FromSeconds(wait), clock, whileRunning: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string id, Engine engine, Uploads uploads, TimeProvider clock)
    {
        var caller = Caller.Of(http.User)!;
        if (!TryReadWait(http.Request, out var wait))
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", $"wait: a whole number of seconds from 0 to {MostWait}");
        if (id.Length > 64 || engine.Organizations.Value.FindSource(caller.Owner!) is not { } source)
            return Outcomes.NotFound();
        return await ReceiptAsync(http, uploads, source, id, TimeSpan.FromSeconds(wait), clock, whileRunning: StatusCodes.Status200OK);
    }

    private static async Task<IResult> ReceiptAsync(
        HttpContext http, Uploads uploads, Source source, string id, TimeSpan wait, TimeProvider clock, int whileRunning)
    {
        var started = clock.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(25);
        while (true)
        {
            if (await uploads.FindAsync(source, id, http.RequestAborted) is not { } receipt)
            {
                Refusals.Note(http, "not-found");
                return Outcomes.NotFound();
            }

            var isCompleted = receipt.State is not ("pending" or "withdrawing");
            if (isCompleted || clock.GetElapsedTime(started) >= wait)
                return TypedResults.Json(receipt, EndpointJson.Default.SubmissionReceipt, statusCode: isCompleted ? StatusCodes.Status200OK : whileRunning);
            await Task.Delay(pause, clock, http.RequestAborted);
            pause = pause * 2 < LongestPoll ? pause * 2 : LongestPoll;
        }
    }

    private static bool IsNdjson(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count > 1 || (encoding.Count == 1 && encoding[0] is not (null or "" or "identity" or "gzip" or "x-gzip")))
            return false;
        var type = request.ContentType?.Split(';', 2)[0].Trim();
        return type is null || type.ToLowerInvariant() is "application/fhir+ndjson" or "application/x-ndjson" or "application/ndjson"
            or "application/gzip" or "application/x-gzip" or "application/octet-stream"
            // What clients send when they are not told: every line is checked for what it is all the same.
            or "application/fhir+json" or "application/json" or "text/plain" or "application/x-www-form-urlencoded";
    }

    /// <summary>?wait=SECONDS, or "Prefer: wait=SECONDS" (RFC 7240 section 4.3).</summary>
    private static bool TryReadWait(HttpRequest request, out long wait)
    {
        if (!QueryNumber.TryRead(request, "wait", 0, 0, MostWait, out wait))
            return false;
        if (request.Query.ContainsKey("wait"))
            return true;
        foreach (var preference in request.Headers["Prefer"].SelectMany(h => (h ?? "").Split(',')))
        {
            // A preference that is not understood is ignored, as RFC 7240 section 2 says.
            var parts = preference.Split('=', 2);
            if (parts.Length == 2 && parts[0].Trim() == "wait" && int.TryParse(parts[1], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var seconds))
                wait = Math.Clamp(seconds, 0, MostWait);
        }

        return true;
    }

    private static bool TryReadKey(HttpRequest request, out string? key)
    {
        var given = request.Headers["Idempotency-Key"];
        key = given.Count == 1 ? given[0] : null;
        return given.Count == 0 || (key is { Length: > 0 and <= MostKeyCharacters } && key.All(c => c is > ' ' and < (char)127));
    }

    /// <summary>The sender's name of the file, for its receipt: never a path of ours.</summary>
    private static string NameOf(HttpRequest request)
    {
        var given = request.Headers["X-File-Name"];
        var name = given.Count == 1 ? new string([.. (given[0] ?? "").Where(c => !char.IsControl(c)).Take(255)]) : "";
        return name.Length == 0 ? "upload" : name;
    }
}
