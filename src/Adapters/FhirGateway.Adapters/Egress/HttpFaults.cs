using System.Net.Sockets;
using System.Security.Authentication;

namespace FhirGateway.Adapters.Egress;

/// <summary>Says what an exception of the platform's HTTP client means.</summary>
internal static class HttpFaults
{
    /// <summary>Before there is an answer.</summary>
    public static EgressException Translate(Exception exception, Uri url)
    {
        if (Find<EgressException>(exception) is { } ours)
            return ours;
        if (Find<AuthenticationException>(exception) is { } tls)
            return new EgressException(EgressFaultCode.Tls, url, $"TLS failed: {tls.Message}", exception);
        var error = (exception as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown;
        return error switch
        {
            HttpRequestError.SecureConnectionError => new(EgressFaultCode.Tls, url, "TLS failed", exception),
            HttpRequestError.InvalidResponse => new(EgressFaultCode.Malformed, url, "the answer is not HTTP", exception),
            HttpRequestError.ConfigurationLimitExceeded => new(EgressFaultCode.TooLarge, url, "the headers of the answer are too long", exception),
            _ => new(EgressFaultCode.Connection, url, $"the connection failed ({Find<SocketException>(exception)?.SocketErrorCode.ToString() ?? error.ToString()})", exception),
        };
    }

    /// <summary>While the body is read.</summary>
    public static EgressException TranslateBody(Exception exception, Uri url) => exception switch
    {
        EgressException ours => ours,
        HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => new(EgressFaultCode.Malformed, url, "the chunks of the body cannot be read", exception),
        _ => new(EgressFaultCode.CutOff, url, "the body ended before its announced end", exception),
    };

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
                return found;
        }

        return null;
    }
}
