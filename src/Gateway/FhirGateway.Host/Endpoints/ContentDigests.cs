namespace FhirGateway.Host.Endpoints;

/// <summary>
/// The digests that a request promises (RFC 9530): of its own bytes (Content-Digest) and of the whole file (Repr-Digest), both over
/// the bytes as sent, compressed or not. Algorithms other than sha-256 are passed over, as section 2 has it.
/// </summary>
/// <param name="Content">SHA-256 of the request's body, lower-case hex; null for none.</param>
/// <param name="Whole">SHA-256 of the whole file; null for none.</param>
internal sealed record ContentDigests(string? Content, string? Whole)
{
    private const string Algorithm = "sha-256";

    /// <summary>The digests of a request; null where a header is not of the form <c>sha-256=:BASE64:</c>.</summary>
    public static ContentDigests? Of(HttpRequest request) =>
        TryRead(request, "Content-Digest", out var content) && TryRead(request, "Repr-Digest", out var whole) ? new ContentDigests(content, whole) : null;

    private static bool TryRead(HttpRequest request, string header, out string? sha256)
    {
        sha256 = null;
        Span<byte> bytes = stackalloc byte[64];
        // A list of base64 between colons: no comma is inside a member.
        foreach (var member in request.Headers[header].SelectMany(h => (h ?? "").Split(',')).Select(m => m.Trim()))
        {
            var parts = member.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0 || parts[1] is not [':', .. var base64, ':'])
                return false;
            if (!parts[0].Equals(Algorithm, StringComparison.OrdinalIgnoreCase))
                continue;
            if (base64.Length > 64 || !Convert.TryFromBase64String(base64, bytes, out var length) || length != 32)
                return false;
            sha256 = Convert.ToHexStringLower(bytes[..length]);
        }

        return true;
    }
}
