using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Adapters.Egress;
using FhirGateway.Host.Security;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Endpoints;

/// <summary>
/// <c>POST /fhir/$bulk-submit</c> (Bulk Data Access 4.0.0-ballot, Bulk Submit): takes note of manifests, which are fetched afterwards.
/// The source is the token's; its submitters are agreed with the operator beforehand.
/// </summary>
internal static class SubmitEndpoints
{
    public const string Operation = "$bulk-submit";

    public static void MapSubmit(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/fhir/" + Operation, SubmitAsync).RequireAuthorization(ClientScopes.BulkSubmit).WithMetadata(new BodyLimit(SubmitAnswers.MostBodyBytes));

    private static async Task<IResult> SubmitAsync(HttpContext http, Engine engine)
    {
        var caller = Caller.Of(http.User)!;
        if (engine.Organizations.Value.FindSource(caller.Owner!) is not { } source)
            return Outcomes.NotFound();
        var (body, refusal) = await SubmitAnswers.ReadAsync(http);
        if (refusal is not null)
            return refusal;
        if (BulkSubmitRequestReader.Read(body, out var fault) is not { } request)
            return SubmitAnswers.Refusal(fault!);
        if (!IsAgreed(source, request.Submitter))
            return UnknownSubmitter(http);
        if (Forbidden(source, request) is { } name)
        {
            Refusals.Note(http, "forbidden-origin");
            return SubmitAnswers.Refusal(new SubmitFault(StatusCodes.Status400BadRequest, "security", $"{name}: this origin is not agreed with the receiver; its operator allows it for this source, by exact scheme, host and port"));
        }

        var answer = await engine.Submits.SubmitAsync(source, caller.Client, request, http.RequestAborted);
        if (answer.Fault is { } refused)
        {
            if (refused.Status == StatusCodes.Status404NotFound)
                Refusals.Note(http, "not-found");
            return SubmitAnswers.Refusal(refused);
        }

        return SubmitAnswers.Done(StatusCodes.Status200OK, TextOf(request, answer), [.. answer.Ignored.Select(n => $"Parameter {n} is not known here and has no effect")]);
    }

    public static bool IsAgreed(Source source, SubmitterIdentifier submitter) => source.Connection.Submitters.Contains(submitter);

    /// <summary>The same answer whether another source has such a submitter or nobody has.</summary>
    public static IResult UnknownSubmitter(HttpContext http)
    {
        Refusals.Note(http, "unknown-submitter");
        return SubmitAnswers.Refusal(new SubmitFault(StatusCodes.Status403Forbidden, "forbidden", "This submitter is not agreed for this client"));
    }

    private static string? Forbidden(Source source, BulkSubmitRequest request)
    {
        var allowance = EgressAllowance.Of(source.Id, source.Connection);
        if (request.ManifestUrl is { } manifest && !allowance.Allows(new Uri(manifest)))
            return "manifestUrl";
        return request.OAuthMetadataUrls.Any(u => !allowance.Allows(new Uri(u))) ? "oauthMetadataUrl" : null;
    }

    private static string TextOf(BulkSubmitRequest request, SubmitAnswer answer)
    {
        if (answer.IsReplay)
            return $"This call was accepted before; nothing was changed (job {answer.Job})";
        var what = (request.ManifestUrl, request.ReplacesManifestUrl) switch
        {
            (not null, not null) => "the manifest replaces the earlier one and will be fetched",
            (not null, null) => "the manifest is accepted and will be fetched",
            (null, not null) => "the manifest is removed",
            _ => "the status is accepted",
        };
        return request.Status switch
        {
            SenderStatus.Stopped => $"The submission is stopped: what was taken of it is withdrawn (job {answer.Job})",
            SenderStatus.Completed => $"The submission is completed by its sender; {what} (job {answer.Job})",
            _ => $"The submission is in progress; {what} (job {answer.Job})",
        };
    }
}
