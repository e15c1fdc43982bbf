using System.Globalization;
using FhirGateway.Host.Security;
using FhirGateway.Organizations;
using FhirGateway.Submissions;

namespace FhirGateway.Host.Endpoints;

/// <summary>An upload in parts, after the POST that began it: HEAD tells how far it is, PATCH appends, DELETE gives it up.</summary>
internal static class PartEndpoints
{
    private const string Path = "/intake/uploads/";

    public static void MapParts(this IEndpointRouteBuilder routes, GatewayOptions options)
    {
        routes.MapMethods(Path + "{id}", [HttpMethods.Head], ShowAsync).RequireAuthorization(ClientScopes.IntakeWrite);
        routes.MapMethods(Path + "{id}", [HttpMethods.Patch], AppendAsync).RequireAuthorization(ClientScopes.IntakeWrite).WithMetadata(new BodyLimit(options.Http.MostUploadBytes));
        routes.MapMethods(Path + "{id}", [HttpMethods.Delete], CancelAsync).RequireAuthorization(ClientScopes.IntakeWrite);
    }

    /// <summary>Answers a POST that begins an upload, with its first part if it has one.</summary>
    public static async Task<IResult> BeginAsync(HttpContext http, Source source, string client, string? key, string name, PartialUploads parts, GatewayOptions options)
    {
        if (UploadRequest.Of(http.Request, out var fault) is not { } request)
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", fault!);
        if (request.Offset is not null and not 0)
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", "Upload-Offset: an upload begins at 0");
        if (request.Length > options.Http.MostUploadBytes)
            return TooLong(http, options);
        var progress = new UploadProgress { Name = name, Client = client, Key = key, Length = request.Length, Sha256 = request.Digests.Whole };
        if (await parts.BeginAsync(source, progress, http.RequestAborted) is not var (job, isNew))
        {
            Refusals.Note(http, "too-many-uploads");
            return Outcomes.Of(StatusCodes.Status429TooManyRequests, "throttled", $"There are {options.Http.MostOpenUploads} uploads in parts open: complete or delete one first");
        }

        if (!isNew && !PartialUploads.IsOf(job, progress))
            return Outcomes.Of(StatusCodes.Status409Conflict, "conflict", "This Idempotency-Key began an upload of another name, length or digest, which is still open: that one is left as it is");
        http.Response.Headers.Location = Path + job.Id;
        http.Response.Headers["Upload-Limit"] = Limit(options);
        // Begun before, its answer was lost: where to go on is in the answer, the body would be read twice.
        var answer = isNew
            ? await parts.AppendAsync(source, job.Id, request with { Offset = 0 }, http.Request.Body, http.RequestAborted)
            : await parts.FindAsync(source, job.Id, http.RequestAborted);
        if (answer.Outcome != PartOutcome.Appended)
            return Refuse(http, answer, options);
        Stand(http, answer);
        return TypedResults.StatusCode(StatusCodes.Status201Created);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string id, Engine engine, PartialUploads parts, GatewayOptions options)
    {
        if (SourceOf(http, engine) is not { } source || await parts.FindAsync(source, id, http.RequestAborted) is not { Progress: not null } answer)
            return NotFound(http);
        Stand(http, answer);
        http.Response.Headers["Upload-Limit"] = Limit(options);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.NoContent();
    }

    private static async Task<IResult> AppendAsync(HttpContext http, string id, Engine engine, PartialUploads parts, Uploads uploads, GatewayOptions options, TimeProvider clock)
    {
        if (SourceOf(http, engine) is not { } source || !await parts.HasAsync(source, id, http.RequestAborted))
            return NotFound(http);
        if (http.Request.ContentType?.Split(';', 2)[0].Trim().ToLowerInvariant() is not ("application/partial-upload" or "application/octet-stream" or null))
            return Outcomes.Of(StatusCodes.Status415UnsupportedMediaType, "not-supported", "A part is sent as application/partial-upload");
        if (http.Request.Headers.ContentEncoding.Count > 0)
            return Outcomes.Of(StatusCodes.Status415UnsupportedMediaType, "not-supported", "A part has no Content-Encoding of its own: it is a piece of the file as the first request describes it");
        if (!IntakeEndpoints.TryReadWait(http.Request, out var wait))
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", IntakeEndpoints.WaitForm);
        if (UploadRequest.Of(http.Request, out var fault) is not { } request)
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", fault!);
        if (request.Offset is null)
            return Outcomes.Of(StatusCodes.Status400BadRequest, "required", "Upload-Offset: where the part begins; HEAD tells it");
        var answer = await parts.AppendAsync(source, id, request, http.Request.Body, http.RequestAborted);
        if (answer.Outcome is not (PartOutcome.Appended or PartOutcome.Accepted))
            return Refuse(http, answer, options);
        Stand(http, answer);
        if (answer.Accepted is not { } accepted)
            return TypedResults.NoContent();
        http.Response.Headers.Location = IntakeEndpoints.ReceiptPath + accepted.Submission;
        return await IntakeEndpoints.ReceiptAsync(http, uploads, source, accepted.Submission, TimeSpan.FromSeconds(wait), clock, whileRunning: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> CancelAsync(HttpContext http, string id, Engine engine, PartialUploads parts, GatewayOptions options)
    {
        if (SourceOf(http, engine) is not { } source)
            return NotFound(http);
        var answer = await parts.CancelAsync(source, id, http.RequestAborted);
        return answer.Outcome == PartOutcome.Appended ? TypedResults.NoContent() : Refuse(http, answer, options);
    }

    private static Source? SourceOf(HttpContext http, Engine engine) => engine.Organizations.Value.FindSource(Caller.Of(http.User)!.Owner!);

    private static void Stand(HttpContext http, PartAnswer answer)
    {
        var headers = http.Response.Headers;
        headers["Upload-Offset"] = answer.Progress!.Offset.ToString(CultureInfo.InvariantCulture);
        headers["Upload-Complete"] = answer.Accepted is null ? "?0" : "?1";
        if (answer.Progress.Length is { } length)
            headers["Upload-Length"] = length.ToString(CultureInfo.InvariantCulture);
        if (answer.Accepted is { } accepted)
            headers.ContentLocation = IntakeEndpoints.ReceiptPath + accepted.Submission;
    }

    private static string Limit(GatewayOptions options) =>
        string.Create(CultureInfo.InvariantCulture, $"max-size={options.Http.MostUploadBytes}, max-age={(long)PartialUploads.Life.TotalSeconds}");

    private static IResult NotFound(HttpContext http)
    {
        Refusals.Note(http, "not-found");
        return Outcomes.NotFound();
    }

    private static IResult TooLong(HttpContext http, GatewayOptions options)
    {
        http.Response.Headers["Upload-Limit"] = Limit(options);
        return Outcomes.Of(StatusCodes.Status413PayloadTooLarge, "too-long", $"An upload has at most {options.Http.MostUploadBytes} bytes");
    }

    private static IResult Refuse(HttpContext http, PartAnswer answer, GatewayOptions options)
    {
        if (answer.Outcome == PartOutcome.Unknown)
            return NotFound(http);
        Stand(http, answer);
        return answer.Outcome switch
        {
            PartOutcome.Interrupted => Outcomes.Of(StatusCodes.Status503ServiceUnavailable, "transient", "The part was cut off: what came of it counts, HEAD tells where to go on"),
            PartOutcome.TooLong => TooLong(http, options),
            PartOutcome.WrongOffset => Outcomes.Of(StatusCodes.Status409Conflict, "conflict", "The part does not begin where the upload ends: Upload-Offset of this answer says where"),
            PartOutcome.Busy => Outcomes.Of(StatusCodes.Status409Conflict, "conflict", "Another part is being received, or the gateway's operator has paused the upload: HEAD tells where to go on"),
            PartOutcome.Complete => Outcomes.Of(StatusCodes.Status409Conflict, "conflict", "The upload is complete; Content-Location of this answer is its receipt"),
            PartOutcome.KeyConflict => Outcomes.Of(StatusCodes.Status409Conflict, "conflict", "The Idempotency-Key of this upload was used for another file: the upload is ended"),
            PartOutcome.WrongLength => Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", "The part does not fit Upload-Length: nothing of it counts beyond Upload-Offset of this answer"),
            _ => Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", "The bytes do not have the digest that was promised: a part is not taken, a whole file ends the upload"),
        };
    }
}
