using System.Buffers;
using FhirGateway.Host.Security;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Submissions;

namespace FhirGateway.Host.Endpoints;

/// <summary>Bulk work for operators, and for senders what was wrong with theirs.</summary>
internal static class SubmissionEndpoints
{
    private const int MostListed = 200;

    public static void MapSubmissions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/admin/submissions", ListAsync).RequireAuthorization(ClientScopes.Admin);
        routes.MapGet("/admin/submissions/{id}", Show).RequireAuthorization(ClientScopes.Admin);
        routes.MapGet("/admin/submissions/{id}/outcomes", Outcome).RequireAuthorization(ClientScopes.Admin);
        routes.MapGet("/admin/sources/{id}", Figures).RequireAuthorization(ClientScopes.Admin);
        routes.MapPost("/admin/submissions/{id}/pause", (HttpContext http, string id, Engine engine) => SteerAsync(http, engine.Submissions.PauseAsync(id, Client(http), http.RequestAborted))).RequireAuthorization(ClientScopes.Admin);
        routes.MapPost("/admin/submissions/{id}/resume", (HttpContext http, string id, Engine engine) => SteerAsync(http, engine.Submissions.ResumeAsync(id, Client(http), http.RequestAborted))).RequireAuthorization(ClientScopes.Admin);
        routes.MapPost("/admin/submissions/{id}/cancel", (HttpContext http, string id, Engine engine) => SteerAsync(http, engine.Submissions.CancelAsync(id, Client(http), http.RequestAborted))).RequireAuthorization(ClientScopes.Admin);
        routes.MapPost("/admin/submissions/{id}/rerun", (HttpContext http, string id, Engine engine) => SteerAsync(http, engine.Submissions.RerunAsync(id, Client(http), http.RequestAborted))).RequireAuthorization(ClientScopes.Admin);
        routes.MapGet("/intake/submissions/{id}/outcomes", OwnOutcome).RequireAuthorization(ClientScopes.IntakeWrite);
    }

    private static string Client(HttpContext http) => Caller.Of(http.User)!.Client;

    /// <summary>?source=ID for those of one source.</summary>
    private static IResult ListAsync(HttpContext http, Engine engine)
    {
        int? of = null;
        if (http.Request.Query["source"] is [{ Length: > 0 } name])
        {
            if (engine.Organizations.Value.FindSource(name) is not { } source)
                return Outcomes.NotFound();
            of = source.Number;
        }

        return TypedResults.Json(engine.BulkReports.Newest(of, MostListed), EndpointJson.Default.IReadOnlyListSubmissionReport);
    }

    private static IResult Show(string id, Engine engine)
    {
        if (engine.BulkReports.Submission(id) is { } submission)
            return TypedResults.Json(submission, EndpointJson.Default.SubmissionReport);
        return engine.BulkReports.Job(id) is { } job ? TypedResults.Json(job, EndpointJson.Default.BulkJobReport) : Outcomes.NotFound();
    }

    private static IResult Figures(string id, Engine engine) => engine.Organizations.Value.FindSource(id) is { } source
        ? TypedResults.Json(engine.BulkReports.Source(source), EndpointJson.Default.SourceReport)
        : Outcomes.NotFound();

    private static async Task<IResult> SteerAsync(HttpContext http, Task<Steered> steering)
    {
        var steered = await steering;
        if (steered.Outcome == SteerOutcome.Unknown)
            Refusals.Note(http, "not-found");
        return steered.Outcome switch
        {
            SteerOutcome.Done => TypedResults.NoContent(),
            SteerOutcome.Unknown => Outcomes.NotFound(),
            _ => Outcomes.Of(StatusCodes.Status409Conflict, "conflict", steered.Text),
        };
    }

    private static Task<IResult> Outcome(HttpContext http, string id, Engine engine) => OutcomeAsync(http, engine.Reader.Submission(id), engine);

    private static Task<IResult> OwnOutcome(HttpContext http, string id, Engine engine)
    {
        var source = engine.Organizations.Value.FindSource(Caller.Of(http.User)!.Owner!);
        var submission = id.Length <= 64 ? engine.Reader.Submission(id) : null;
        return OutcomeAsync(http, submission?.Source == source?.Number ? submission : null, engine);
    }

    /// <summary>?file=N for one file, from 0; else those of all files, one after the other.</summary>
    private static async Task<IResult> OutcomeAsync(HttpContext http, Submission? submission, Engine engine)
    {
        if (submission is null)
        {
            Refusals.Note(http, "not-found");
            return Outcomes.NotFound();
        }

        if (!QueryNumber.TryRead(http.Request, "file", -1, 0, Math.Max(0, submission.Files.Count - 1), out var only))
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", "file: the number of one of its files, from 0");
        http.Response.ContentType = "application/fhir+ndjson";
        http.Response.Headers.CacheControl = "no-store";
        var outcomes = new SubmissionOutcomes(engine.Reader);
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var file in outcomes.FilesOf(submission).Where(f => f.Count > 0 && (only < 0 || f.File == only)))
        {
            buffer.ResetWrittenCount();
            outcomes.Write(submission, file.File, buffer);
            await http.Response.Body.WriteAsync(buffer.WrittenMemory, http.RequestAborted);
        }

        return Results.Empty;
    }
}
