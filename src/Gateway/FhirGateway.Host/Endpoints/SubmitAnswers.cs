using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;
using FhirGateway.Host.Security;

namespace FhirGateway.Host.Endpoints;

/// <summary>Answers of the bulk submit operations, and what their requests have in common.</summary>
internal static class SubmitAnswers
{
    /// <summary>Bytes of a request: Parameters, and nothing of the data.</summary>
    public const int MostBodyBytes = 256 * 1024;

    private const string FhirJson = "application/fhir+json; charset=utf-8";
    private const string RetrySeconds = "60";
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body of a request whose headers can be served; else the answer to it.</summary>
    public static async Task<(byte[] Body, IResult? Refusal)> ReadAsync(HttpContext http)
    {
        var request = http.Request;
        var type = request.ContentType?.Split(';', 2)[0].Trim().ToLowerInvariant();
        if (type is not (null or "application/fhir+json" or "application/json") || request.Headers.ContentEncoding.Count > 0)
            return ([], Outcomes.Of(StatusCodes.Status415UnsupportedMediaType, "not-supported", "A Parameters resource is taken here as application/fhir+json, without Content-Encoding"));
        if (!Accepts(request))
            return ([], Outcomes.Of(StatusCodes.Status406NotAcceptable, "not-supported", "The answer is application/fhir+json, which Accept does not allow"));
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, http.RequestAborted);
        return body.Length == 0
            ? ([], Outcomes.Of(StatusCodes.Status400BadRequest, "required", "The body is empty: a Parameters resource is required"))
            : (body.ToArray(), null);
    }

    public static IResult Refusal(SubmitFault fault) => new Answer(fault.Status, IssueSeverity.Error, fault.Code, fault.Text, []);

    /// <summary>Success in words, and warnings about what had no effect.</summary>
    public static IResult Done(int status, string text, params IReadOnlyList<string> warnings) =>
        new Answer(status, IssueSeverity.Information, "informational", text, warnings);

    /// <summary>RFC 9110 section 12.5.1: no Accept is any; a type with quality 0 is none.</summary>
    private static bool Accepts(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0)
            return true;
        foreach (var range in request.Headers.Accept.SelectMany(h => (h ?? "").Split(',')))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0].ToLowerInvariant() is "" or "*/*" or "application/*" or "application/fhir+json" or "application/json" or "json"
                && !parts.Skip(1).Any(p => p is "q=0" or "q=0.0" or "q=0.00" or "q=0.000"))
                return true;
        }

        return false;
    }

    private sealed class Answer(int status, IssueSeverity severity, string code, string text, IReadOnlyList<string> warnings) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = FhirJson;
            response.Headers.CacheControl = "no-store";
            if (status == StatusCodes.Status429TooManyRequests)
                response.Headers.RetryAfter = RetrySeconds;
            using var buffer = new MemoryStream();
            await using (var json = new Utf8JsonWriter(buffer, Readable))
            {
                OperationOutcomeWriter.Write(json,
                [
                    new ValidationIssue(severity, code, "", "", text, -1),
                    .. warnings.Select(w => new ValidationIssue(IssueSeverity.Warning, "not-supported", "", "", w, -1)),
                ]);
            }

            await response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), httpContext.RequestAborted);
        }
    }
}
