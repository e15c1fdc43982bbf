namespace FhirGateway.Organizations;

/// <summary>
/// By what a sender's certificate is recognised: <c>SHA256:</c> and the SHA-256 of the certificate, <c>KEY:</c> and the SHA-256 of its
/// public key (which outlives a renewal with the same key), or <c>DNS:</c> and a DNS name among its alternative names, which counts
/// only where an authority vouches for it.
/// </summary>
public static class CertificateName
{
    public const string OfCertificate = "SHA256:";
    public const string OfKey = "KEY:";
    public const string OfHost = "DNS:";

    /// <summary>What is accepted, for messages.</summary>
    public const string Form = "SHA256:HEX (of the certificate), KEY:HEX (of its public key) or DNS:NAME (among its alternative names, under a configured authority)";
    private const int HexDigits = 64;

    /// <summary>The one spelling of a name; null where it is none. Colons and blanks between the hexadecimal digits are dropped, case is ignored.</summary>
    public static string? Parse(string text)
    {
        foreach (var prefix in (ReadOnlySpan<string>)[OfCertificate, OfKey])
        {
            if (!text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                continue;
            var digits = string.Concat(text.AsSpan(prefix.Length).ToString().Where(c => c is not (':' or ' ')));
            return digits.Length == HexDigits && digits.All(char.IsAsciiHexDigit) ? prefix + digits.ToLowerInvariant() : null;
        }

        if (!text.StartsWith(OfHost, StringComparison.OrdinalIgnoreCase))
            return null;
        var name = text[OfHost.Length..].Trim().TrimEnd('.').ToLowerInvariant();
        // A wildcard would hand a whole domain to one source.
        return Uri.CheckHostName(name) == UriHostNameType.Dns && !name.Contains('*', StringComparison.Ordinal) ? OfHost + name : null;
    }
}
