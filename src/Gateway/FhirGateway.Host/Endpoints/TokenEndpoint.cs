using FhirGateway.Adapters.Identity;
using FhirGateway.Host.Security;

namespace FhirGateway.Host.Endpoints;

/// <summary>POST /auth/token: an access token for a signed assertion. Errors are of RFC 6749 section 5.2, without a word on why.</summary>
internal static class TokenEndpoint
{
    private const int MostBytes = 16 * 1024;

    public static void MapToken(this IEndpointRouteBuilder routes) =>
        routes.MapPost(GatewayUrls.TokenPath, AnswerAsync).AllowAnonymous().WithMetadata(new BodyLimit(MostBytes));

    private static async Task<IResult> AnswerAsync(HttpContext http, TokenRequests requests, GatewayUrls urls)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Pragma = "no-cache";
        var form = await ReadAsync(http);
        var answer = form is null
            ? new TokenAnswer { Status = StatusCodes.Status400BadRequest, Error = TokenAnswer.InvalidRequest, Reason = "form" }
            : await requests.AnswerAsync(form, urls.TokenEndpoints(http), http.RequestAborted);
        if (answer.AccessToken is null)
        {
            http.RequestServices.GetRequiredService<RefusalLog>().Note(answer.Client, GatewayUrls.TokenPath, "token-" + answer.Reason);
            return TypedResults.Json(new TokenErrorBody(answer.Error!), EndpointJson.Default.TokenErrorBody, statusCode: answer.Status);
        }

        var body = new TokenBody(answer.AccessToken, "bearer", (int)AccessTokens.Lifetime.TotalSeconds, answer.Scope!);
        return TypedResults.Json(body, EndpointJson.Default.TokenBody);
    }

    private static async Task<TokenForm?> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType || http.Request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
            return null;
        IFormCollection form;
        try
        {
            form = await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return null;
        }

        // RFC 6749 section 3.2: parameters must not be repeated.
        if (form.Any(p => p.Value.Count > 1))
            return null;
        return new TokenForm(Value(form, "grant_type"), Value(form, "scope"), Value(form, "client_assertion_type"), Value(form, "client_assertion"));
    }

    // RFC 6749 section 3.2: a parameter without a value is treated as left out.
    private static string? Value(IFormCollection form, string name) =>
        form.TryGetValue(name, out var value) && value is [{ Length: > 0 } text] ? text : null;
}
