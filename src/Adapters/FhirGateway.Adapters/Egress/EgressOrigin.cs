using System.Diagnostics.CodeAnalysis;

namespace FhirGateway.Adapters.Egress;

/// <summary>Scheme, host and port, compared exactly (RFC 6454): no prefix, no suffix, no other port is the same origin.</summary>
public readonly record struct EgressOrigin
{
    private EgressOrigin(string scheme, string host, int port) => (Scheme, Host, Port) = (scheme, host, port);

    /// <summary><c>https</c> or <c>http</c>.</summary>
    public string Scheme { get; }

    /// <summary>As it is sent and resolved: lower case, ASCII; IPv6 without brackets.</summary>
    public string Host { get; }
    public int Port { get; }
    public bool IsHttps => Scheme == Uri.UriSchemeHttps;

    /// <summary>The origin of an absolute http or https URL; anything else is an <see cref="ArgumentException"/>.</summary>
    public static EgressOrigin Of(Uri url)
    {
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
            throw new ArgumentException("not an absolute http or https URL", nameof(url));
        return new EgressOrigin(url.Scheme, url.IdnHost.ToLowerInvariant(), url.Port);
    }

    /// <summary>Reads <c>scheme://host[:port]</c>, with or without a slash at its end, and nothing more.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EgressOrigin origin)
    {
        origin = default;
        if (!EgressUrl.TryRead(text, out var url, out _) || url.AbsolutePath != "/" || text.AsSpan().ContainsAny('?', '#'))
            return false;
        origin = Of(url);
        return true;
    }

    /// <summary>Whether a URL has exactly this origin.</summary>
    public bool IsOf(Uri url) => Of(url) == this;

    public override string ToString() => Scheme is null ? "" : $"{Scheme}://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";
}
