using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;
using FhirGateway.Host.Security;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Endpoints;

/// <summary>
/// <c>POST /fhir/$process-message</c> (FHIR R4 messaging; Da Vinci Alerts 1.1): notifications of admissions, transfers and discharges. The
/// source is the token's. A 200 says that the message is durable; it feeds the same visits as an HL7v2 feed of the source.
/// </summary>
internal static class FhirMessageEndpoints
{
    public const string Operation = "$process-message";

    public static void MapFhirMessages(this IEndpointRouteBuilder routes, GatewayOptions options) =>
        routes.MapPost("/fhir/" + Operation, ProcessAsync).RequireAuthorization(ClientScopes.IntakeWrite).WithMetadata(new BodyLimit(options.Http.MostMessageBytes));

    private static async Task<IResult> ProcessAsync(HttpContext http, Engine engine)
    {
        var caller = Caller.Of(http.User)!;
        if (engine.Organizations.Value.FindSource(caller.Owner!) is not { } source)
            return Outcomes.NotFound();
        if (Refusal(http.Request) is { } refusal)
            return refusal;
        var body = await MessageBody.ReadAsync(http.Request, http.RequestAborted);
        if (body.Length == 0)
            return Outcomes.Of(StatusCodes.Status400BadRequest, "required", "The body is empty: a Bundle of type message is required");
        // Not the request's token: what is being stored must not be left half done because the sender hung up.
        var answer = await engine.FhirMessages.ReceiveAsync(body, source, CancellationToken.None);
        if (answer.IsAccepted)
            return Outcomes.Of(StatusCodes.Status200OK, [new ValidationIssue(IssueSeverity.Information, "informational", "", "", "The message is accepted and durable", -1)]);
        return Outcomes.Of(
            answer.IsUnreadable ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity,
            [.. answer.Faults.Select(f => new ValidationIssue(IssueSeverity.Error, f.Code, "", f.Expression, f.Text, -1))]);
    }

    private static IResult? Refusal(HttpRequest request)
    {
        var type = request.ContentType?.Split(';', 2)[0].Trim().ToLowerInvariant();
        if (type is "application/fhir+xml" or "application/xml" or "text/xml")
            return Outcomes.Of(StatusCodes.Status415UnsupportedMediaType, "not-supported", "FHIR in XML is not taken here: send the Bundle as application/fhir+json");
        if (type is not (null or "application/fhir+json" or "application/json") || request.Headers.ContentEncoding.Count > 0)
            return Outcomes.Of(StatusCodes.Status415UnsupportedMediaType, "not-supported", "A Bundle is taken here as application/fhir+json, without Content-Encoding");
        foreach (var name in (string[])["async", "response-url"])
        {
            var given = request.Query[name];
            if (given.Count > 0 && !(name == "async" && given is ["false"]))
                return Outcomes.Of(StatusCodes.Status400BadRequest, "not-supported", $"{name}: messages are answered on the same connection; send the request without it");
        }

        return null;
    }
}
