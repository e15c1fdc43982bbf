using System.Buffers;
using System.Collections.Frozen;

namespace FhirGateway.Adapters.Egress;

/// <summary>
/// Which request headers may leave. A <c>$bulk-submit</c> makes us send headers that its sender chose: none of them may steer
/// the connection, speak to a cloud's metadata service, pass for a proxy, or take the place of what we say ourselves.
/// </summary>
public static class HeaderRules
{
    /// <summary>Most headers of one request that a sender may choose.</summary>
    public const int MostHeaders = 20;
    public const int MostNameLength = 128;
    public const int MostValueLength = 8192;

    /// <summary>RFC 9110 section 5.6.2.</summary>
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Of the connection (RFC 9110 section 7.6.1, RFC 9112), of its framing, and of metadata services: nobody sets them.</summary>
    private static readonly FrozenSet<string> Never = FrozenSet.ToFrozenSet(
    [
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "TE", "Trailer", "Upgrade", "Expect", "HTTP2-Settings", "Close",
        "Metadata", "Metadata-Flavor", "X-Google-Metadata-Request", "Cookie", "Cookie2", "Set-Cookie", "Via", "Forwarded", "X-Real-IP", "True-Client-IP",
        "X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL", "Max-Forwards", "X-IDENTITY-HEADER", "Secret",
    ], StringComparer.OrdinalIgnoreCase);

    private static readonly string[] NeverPrefixes = ["Proxy-", "X-Aws-", "X-Amz-", "X-Forwarded-", "X-Google-", "X-Ms-Metadata", "Sec-", "Access-Control-"];

    /// <summary>What the gateway says itself: a sender may not say it in its place.</summary>
    private static readonly FrozenSet<string> Ours = FrozenSet.ToFrozenSet(
        ["Accept-Encoding", "Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Content-Type", "Content-Encoding", "User-Agent", "Prefer", "Traceparent", "Tracestate", "Baggage"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a header may be sent at all; null if so, else why not, without its value.</summary>
    public static string? Fault(string name, string value)
    {
        if (name.Length is 0 or > MostNameLength || name.AsSpan().ContainsAnyExcept(TokenCharacters))
            return $"a header name is 1 to {MostNameLength} token characters (RFC 9110 section 5.6.2)";
        if (Never.Contains(name) || Array.Exists(NeverPrefixes, p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase)))
            return $"header {name} may not be set";
        if (value.Length > MostValueLength)
            return $"the value of header {name} is longer than {MostValueLength} characters";
        return value.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0 ? $"the value of header {name} holds other than printable ASCII characters" : null;
    }

    /// <summary>Whether a header that a sender chose may be sent; null if so, else why not, without its value.</summary>
    /// <param name="name">Header name as given.</param>
    /// <param name="value">Header value as given.</param>
    /// <param name="mayAuthorize">The operator lets this sender choose <c>Authorization</c>.</param>
    public static string? SenderFault(string name, string value, bool mayAuthorize)
    {
        if (Fault(name, value) is { } fault)
            return fault;
        if (Ours.Contains(name))
            return $"header {name} is the gateway's own and may not be set";
        return !mayAuthorize && name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? "header Authorization is not taken from a sender" : null;
    }
}
