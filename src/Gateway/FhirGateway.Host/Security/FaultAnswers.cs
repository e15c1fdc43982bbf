using FhirGateway.Adapters.BulkSubmit;

namespace FhirGateway.Host.Security;

/// <summary>Turns what went wrong in a request into an answer without detail; the log gets the kind of fault, never its payload.</summary>
internal sealed partial class FaultAnswers(RequestDelegate next, ILogger<FaultAnswers> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away.
        }
        catch (BadHttpRequestException e)
        {
            await (e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? AnswerAsync(http, e.StatusCode, "too-long", "The body is longer than allowed here")
                : AnswerAsync(http, e.StatusCode, "invalid", "The request is not well-formed"));
        }
        catch (IOException e)
        {
            Log.Unavailable(log, e.GetType().Name);
            if (!http.Response.HasStarted)
                http.Response.Headers.RetryAfter = "5";
            await AnswerAsync(http, StatusCodes.Status503ServiceUnavailable, "transient", "The gateway cannot store or read anything at the moment: try again later");
        }
        catch (SealedSecretException e)
        {
            Log.Failed(log, e.GetType().Name, e.StackTrace ?? "");
            await AnswerAsync(http, StatusCodes.Status500InternalServerError, "exception", e.Message);
        }
        catch (Exception e)
        {
            Log.Failed(log, e.GetType().Name, e.StackTrace ?? "");
            await AnswerAsync(http, StatusCodes.Status500InternalServerError, "exception", "The gateway failed to answer; the operator's log says where");
        }
    }

    private static Task AnswerAsync(HttpContext http, int status, string code, string text)
    {
        if (!http.Response.HasStarted)
            return Outcomes.WriteAsync(http, status, code, text);
        // A cut answer must not look like a whole one.
        http.Abort();
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Storage failed during a request: {Fault}")]
        public static partial void Unavailable(ILogger logger, string fault);

        [LoggerMessage(Level = LogLevel.Error, Message = "A request failed: {Fault} {Where}")]
        public static partial void Failed(ILogger logger, string fault, string where);
    }
}
