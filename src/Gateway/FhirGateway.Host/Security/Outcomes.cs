using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Host.Security;

/// <summary>Errors as a FHIR OperationOutcome with one issue: what, where, why, and no value that was sent.</summary>
internal static class Outcomes
{
    private const string ContentType = "application/fhir+json; charset=utf-8";

    // Never HTML (nosniff): apostrophes and the like stay readable.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="http">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Issue type of FHIR R4 (value set issue-type).</param>
    /// <param name="text">For the person who reads it.</param>
    public static Task WriteAsync(HttpContext http, int status, string code, string text) =>
        WriteAsync(http, status, [new ValidationIssue(IssueSeverity.Error, code, "", "", text, -1)]);

    private static async Task WriteAsync(HttpContext http, int status, IReadOnlyList<ValidationIssue> issues)
    {
        if (http.Response.HasStarted)
            return;
        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.Body.WriteAsync(Bytes(issues), http.RequestAborted);
    }

    public static IResult Of(int status, string code, string text) => new Outcome(status, [new ValidationIssue(IssueSeverity.Error, code, "", "", text, -1)]);

    /// <summary>Several issues, or one that is no error.</summary>
    public static IResult Of(int status, IReadOnlyList<ValidationIssue> issues) => new Outcome(status, issues);

    /// <summary>The answer to what is not there and to what is another's: the same bytes.</summary>
    public static IResult NotFound() => Of(StatusCodes.Status404NotFound, "not-found", "There is no such thing here");

    public static IResult Unavailable() => Of(StatusCodes.Status503ServiceUnavailable, "transient", "The gateway cannot store anything at the moment: nothing was taken, send it again later");

    private static byte[] Bytes(IReadOnlyList<ValidationIssue> issues)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
            OperationOutcomeWriter.Write(json, issues);

        return buffer.ToArray();
    }

    private sealed class Outcome(int status, IReadOnlyList<ValidationIssue> issues) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (status == StatusCodes.Status503ServiceUnavailable)
                httpContext.Response.Headers.RetryAfter = "5";
            return WriteAsync(httpContext, status, issues);
        }
    }
}
