using System.Globalization;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Host.Security;
using FhirGateway.Organizations;
using FhirGateway.Submissions;

namespace FhirGateway.Host.Endpoints;

/// <summary>
/// <c>$bulk-submit-status</c> (Bulk Data Access 4.0.0-ballot): kick-off, polling, deletion, and the files with what was found.
/// All of it is for the source whose submission it is; to others it is unknown.
/// </summary>
internal static class SubmitStatusEndpoints
{
    private const string Path = "/fhir/$bulk-submit-status";
    private const int OutcomesPerPage = 500;
    private const int MostRetryAfter = 30;

    public static void MapSubmitStatus(this IEndpointRouteBuilder routes)
    {
        var operation = routes.MapGroup(Path).RequireAuthorization(ClientScopes.BulkSubmit);
        operation.MapPost("", KickOffAsync).WithMetadata(new BodyLimit(SubmitAnswers.MostBodyBytes));
        operation.MapGet("/{id}/{poll}", PollAsync);
        operation.MapDelete("/{id}/{poll}", DeleteAsync);
        operation.MapGet("/{id}/{poll}/outcomes/{file}", FileAsync);
    }

    private static async Task<IResult> KickOffAsync(HttpContext http, Engine engine, GatewayUrls urls)
    {
        var caller = Caller.Of(http.User)!;
        if (engine.Organizations.Value.FindSource(caller.Owner!) is not { } source)
            return Outcomes.NotFound();
        var (body, refusal) = await SubmitAnswers.ReadAsync(http);
        if (refusal is not null)
            return refusal;
        if (BulkStatusRequest.Read(body, out var fault) is not { } request)
            return SubmitAnswers.Refusal(fault!);
        if (!SubmitEndpoints.IsAgreed(source, request.Submitter))
            return SubmitEndpoints.UnknownSubmitter(http);
        if (await engine.Submits.FindAsync(source, request.Submitter, request.SubmissionId, http.RequestAborted) is not { } kept)
        {
            Refusals.Note(http, "not-found");
            return SubmitAnswers.Refusal(new SubmitFault(StatusCodes.Status404NotFound, "not-found", "There is no submission with this submitter and submissionId"));
        }

        var preferences = http.Request.Headers["Prefer"].SelectMany(h => (h ?? "").Split([',', ';'], StringSplitOptions.TrimEntries)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var isSeparate = preferences.Contains("separate-export-status");
        var headers = http.Response.Headers;
        headers.ContentLocation = StatusPoll.Of(kept, isSeparate).UrlUnder(urls.Root(http) + Path);
        if (isSeparate)
            headers["Preference-Applied"] = "respond-async, separate-export-status";
        else if (preferences.Contains("respond-async"))
            headers["Preference-Applied"] = "respond-async";
        return SubmitAnswers.Done(StatusCodes.Status202Accepted, "The status of the submission is at the URL in Content-Location");
    }

    private static async Task<IResult> PollAsync(HttpContext http, string id, string poll, Engine engine, StatusPolls polls, GatewayUrls urls, TimeProvider clock)
    {
        if (await FindAsync(http, id, poll, engine, clock) is not { } found)
            return NotFound(http);
        if (!polls.TryTake(id, out var wait))
        {
            http.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            return new StatusRefusal(StatusCodes.Status429TooManyRequests, "throttled", "The status is asked for too often: wait for as long as Retry-After says", jobStatus: null);
        }

        var (source, kept, at) = found;
        var (status, code, text) = StandingOf(kept);
        var jobStatus = at.IsSeparate ? status : (int?)null;
        if (status >= StatusCodes.Status400BadRequest)
            return new StatusRefusal(at.IsSeparate ? StatusCodes.Status200OK : status, code, text, jobStatus);
        var headers = http.Response.Headers;
        if (status == StatusCodes.Status202Accepted)
        {
            headers.RetryAfter = RetryAfter(clock.GetUtcNow() - kept.Job.CreatedAt).ToString(CultureInfo.InvariantCulture);
            headers["X-Progress"] = ProgressOf(kept);
        }
        else
        {
            headers.Expires = (kept.Submission.FinishedAt!.Value + OutcomeFiles.Life).ToString("r", CultureInfo.InvariantCulture);
        }

        if (jobStatus is { } job)
            headers["X-Export-Status"] = job.ToString(CultureInfo.InvariantCulture);
        if (ManifestOf(http, source, kept, at, urls.Root(http) + Path, clock) is not { } manifest)
            return NotFound(http);
        var isEmpty = status == StatusCodes.Status202Accepted && !at.IsSeparate && !kept.Submission.Wanted.Any(m => m.Outcome is not null);
        return new StatusBody(at.IsSeparate ? StatusCodes.Status200OK : status, isEmpty ? [] : manifest);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, string id, string poll, Engine engine, TimeProvider clock)
    {
        if (await FindAsync(http, id, poll, engine, clock) is not { } found)
            return NotFound(http);
        await engine.Submits.DeletePollsAsync(id, found.At.Number, http.RequestAborted);
        return SubmitAnswers.Done(StatusCodes.Status202Accepted, "This status URL is deleted; the submission itself goes on: submissionStatus stopped ends it");
    }

    private static async Task<IResult> FileAsync(HttpContext http, string id, string poll, string file, Engine engine, TimeProvider clock)
    {
        if (await FindAsync(http, id, poll, engine, clock) is not { } found
            || !file.EndsWith(OutcomeFiles.Extension, StringComparison.Ordinal)
            || !int.TryParse(file.AsSpan(0, file.Length - OutcomeFiles.Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || found.Kept.Submission.Wanted.FirstOrDefault(m => m.Number == number) is not { Outcome: not null }
            || engine.Outcomes.PathOf(found.Kept.Job.Id, number) is not { } path)
            return NotFound(http);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.PhysicalFile(path, "application/fhir+ndjson");
    }

    /// <summary>The submission of a polling URL: the caller's own, its URL handed out and not deleted, its results not expired.</summary>
    private static async Task<(Source Source, KeptSubmission Kept, StatusPoll At)?> FindAsync(HttpContext http, string id, string poll, Engine engine, TimeProvider clock)
    {
        var caller = Caller.Of(http.User)!;
        if (!StatusPoll.TryParse(id, poll, out var at) || engine.Organizations.Value.FindSource(caller.Owner!) is not { } source
            || await engine.Submits.FindAsync(source, id, http.RequestAborted) is not { } kept || !at.IsOpen(kept.Submission)
            || kept.Submission.FinishedAt + OutcomeFiles.Life < clock.GetUtcNow())
            return null;
        return (source, kept, at);
    }

    private static IResult NotFound(HttpContext http)
    {
        Refusals.Note(http, "not-found");
        return Outcomes.NotFound();
    }

    /// <summary>The HTTP status of the job itself, and why it has no manifest.</summary>
    private static (int Status, string Code, string Text) StandingOf(KeptSubmission kept) => kept.Job.State switch
    {
        BulkJobState.Completed => (StatusCodes.Status200OK, "", ""),
        BulkJobState.Running or BulkJobState.Paused => (StatusCodes.Status202Accepted, "", ""),
        BulkJobState.Stopping => (StatusCodes.Status409Conflict, "conflict", $"The submission was stopped by its {StopperOf(kept)}; what was taken of it is being withdrawn"),
        BulkJobState.Stopped => (StatusCodes.Status409Conflict, "conflict", $"The submission was stopped by its {StopperOf(kept)}; nothing of it is in effect"),
        BulkJobState.Cancelled => (StatusCodes.Status409Conflict, "conflict", "The submission was ended by the receiver; what was processed before stays"),
        _ => (StatusCodes.Status500InternalServerError, "processing", "The submission failed as a whole: " + (kept.Job.Fault ?? "the receiver's log says why")),
    };

    private static string StopperOf(KeptSubmission kept) => kept.Submission.Status == SenderStatus.Stopped ? "sender" : "receiver";

    private static int RetryAfter(TimeSpan age) => Math.Clamp((int)(age.TotalSeconds / 10), 1, MostRetryAfter);

    private static string ProgressOf(KeptSubmission kept)
    {
        var submission = kept.Submission;
        var wanted = submission.Wanted.ToList();
        var waits = kept.Job.State == BulkJobState.Paused ? "; paused by the receiver"
            : submission.Status == SenderStatus.InProgress ? "; its sender has not completed it" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{BulkSubmitRules.PercentOf(submission)}% processed: {wanted.Count(m => m.IsFinal)} of {wanted.Count} manifests{waits}");
    }

    private static byte[]? ManifestOf(HttpContext http, Source source, KeptSubmission kept, StatusPoll at, string operation, TimeProvider clock)
    {
        if (!QueryNumber.TryRead(http.Request, "page", 1, 1, 1_000_000, out var page))
            return null;
        var url = at.UrlUnder(operation);
        var outcomes = kept.Submission.Wanted.Where(m => m.Outcome is not null).ToList();
        var skipped = (int)(page - 1) * OutcomesPerPage;
        if (page > 1 && skipped >= outcomes.Count)
            return null;
        var manifest = new StatusManifest
        {
            SubmissionId = kept.Submission.SubmissionId,
            TransactionTime = kept.Submission.FinishedAt ?? clock.GetUtcNow(),
            Request = operation,
            Outcomes = [.. outcomes.Skip(skipped).Take(OutcomesPerPage).Select(m => new StatusOutcome($"{url}/outcomes/{OutcomeFiles.NameOf(m.Number)}", m.Url, m.Outcome!))],
            Next = outcomes.Count > skipped + OutcomesPerPage ? string.Create(CultureInfo.InvariantCulture, $"{url}?page={page + 1}") : null,
        };
        return StatusManifestWriter.Write(manifest, SubmitDialects.Of(source.Connection.Dialect, kept.Submission.IsDraft));
    }

    /// <summary>A manifest, or nothing while there is nothing to tell.</summary>
    private sealed class StatusBody(int status, byte[] body) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.Headers.CacheControl = "no-store";
            response.ContentLength = body.Length;
            if (body.Length == 0)
                return;
            response.ContentType = "application/json";
            await response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
    }

    private sealed class StatusRefusal(int status, string code, string text, int? jobStatus) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (jobStatus is { } job)
                httpContext.Response.Headers["X-Export-Status"] = job.ToString(CultureInfo.InvariantCulture);
            return Outcomes.WriteAsync(httpContext, status, code, text);
        }
    }
}
