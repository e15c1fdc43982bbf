namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>URLs that a sender names: what may be tried at all. Whether they are gone to is the egress policy's decision.</summary>
internal static class SubmitUrl
{
    public const int MostCharacters = 8192;

    /// <summary>An absolute http or https URL without user, fragment, blanks and backslashes.</summary>
    public static bool IsGood(string text)
    {
        if (!text.All(c => c is > ' ' and < (char)127 and not '\\') || !Uri.TryCreate(text, UriKind.Absolute, out var url))
            return false;
        return url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Fragment.Length == 0 && url.Host.Length > 0;
    }

    /// <summary>Scheme, host and path: what may be shown and logged. The query may hold a signature.</summary>
    public static string Shown(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.GetLeftPart(UriPartial.Path) : "";
}
