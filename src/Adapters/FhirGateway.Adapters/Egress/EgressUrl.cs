using System.Diagnostics.CodeAnalysis;

namespace FhirGateway.Adapters.Egress;

/// <summary>URLs that others give us: manifests, files, links, discovery documents.</summary>
public static class EgressUrl
{
    /// <summary>Longest URL; signed links are long.</summary>
    public const int MostLength = 8192;
    private const int MostShown = 200;

    /// <summary>
    /// Reads an absolute https or http URL. Refused: user information, a host that is empty or not plain after IDNA, port 0,
    /// characters that readers take differently (white space, control characters, backslash), other schemes. What may be
    /// called is for <see cref="EgressAllowance"/> to say.
    /// </summary>
    /// <param name="text">The URL as given.</param>
    /// <param name="url">The URL without its fragment.</param>
    /// <param name="fault">Why not, without any part of the URL.</param>
    public static bool TryRead([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Uri? url, [NotNullWhen(false)] out string? fault)
    {
        url = null;
        fault = Fault(text, out var read);
        if (fault is not null)
            return false;
        url = read!.Fragment.Length == 0 ? read : new Uri(read.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped));
        return true;
    }

    /// <summary>Resolves a reference (a redirect's Location, a link) and reads it like <see cref="TryRead(string?, out Uri?, out string?)"/>.</summary>
    public static bool TryResolve(Uri from, string? reference, [NotNullWhen(true)] out Uri? url, [NotNullWhen(false)] out string? fault)
    {
        url = null;
        if (HasOddCharacters(reference))
        {
            fault = "is empty or holds white space, control characters or a backslash";
            return false;
        }

        if (!Uri.TryCreate(from, reference, out var absolute))
        {
            fault = "is not a URL";
            return false;
        }

        // A host that is no name is told by reading, not by an exception.
        var text = HostOf(absolute).Length == 0 ? absolute.OriginalString : absolute.AbsoluteUri;
        return TryRead(absolute.OriginalString.Length > MostLength ? null : text, out url, out fault);
    }

    /// <summary>What may be shown and logged of a URL: scheme, host, port and path. Queries hold signatures.</summary>
    public static string Shown(Uri url)
    {
        var text = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return text.Length <= MostShown ? text : string.Concat(text.AsSpan(0, MostShown), "…");
    }

    /// <summary>The host as it is resolved; empty where it is no name by the rules of IDN, which the platform finds only when asked for it.</summary>
    internal static string HostOf(Uri url)
    {
        try
        {
            return url.IdnHost;
        }
        catch (UriFormatException)
        {
            return "";
        }
    }

    private static string? Fault(string? text, out Uri? url)
    {
        url = null;
        if (text is { Length: > MostLength })
            return $"is longer than {MostLength} characters";
        if (HasOddCharacters(text))
            return "is empty or holds white space, control characters or a backslash";
        if (!Uri.TryCreate(text, UriKind.Absolute, out url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
            return "is not an absolute https or http URL";
        if (url.UserInfo.Length > 0 || Authority(text!).Contains('@'))
            return "holds user information";
        if (!IsPlainHost(url) || url.Port is <= 0 or > ushort.MaxValue)
            return "has no plain host and port";
        return null;
    }

    private static bool HasOddCharacters(string? text) =>
        string.IsNullOrEmpty(text) || text.AsSpan().ContainsAny('\\', '\u007F') || text.Any(c => c <= ' ' || char.IsControl(c) || char.IsWhiteSpace(c) || char.IsSurrogate(c));

    private static ReadOnlySpan<char> Authority(string text)
    {
        var rest = text.AsSpan(text.IndexOf(':', StringComparison.Ordinal) + 1).TrimStart('/');
        var end = rest.IndexOfAny('/', '?', '#');
        return end < 0 ? rest : rest[..end];
    }

    private static bool IsPlainHost(Uri url)
    {
        var host = HostOf(url);
        if (url.HostNameType == UriHostNameType.IPv6)
            return !url.Host.Contains('%', StringComparison.Ordinal) && !host.Contains('%', StringComparison.Ordinal);
        return host.Length is > 0 and <= 253 && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
    }
}
