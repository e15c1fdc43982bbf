using System.Text;
using System.Text.Json;

namespace FhirGateway.Adapters.Identity;

/// <summary>
/// A signed client assertion (RFC 7523 section 3; SMART Backend Services), taken apart and not yet believed.
/// Read by hand and not by a general JWT library: what is refused here is the point.
/// </summary>
internal sealed class ClientAssertion
{
    private const int MostCharacters = 8 * 1024;
    private const int MostUrlCharacters = 2048;

    /// <summary>Header members that bring a key along, extend the meaning or change the payload. <c>jku</c> is for the caller to compare.</summary>
    private static readonly string[] RefusedHeaders = ["crit", "jwk", "x5u", "x5c", "b64", "zip", "enc"];

    public required string Algorithm { get; init; }
    public required string KeyId { get; init; }

    /// <summary>Where the client says that its keys are; null where it says nothing. Never a place to fetch from.</summary>
    public required string? KeySetUrl { get; init; }
    public required string Issuer { get; init; }
    public required string? Subject { get; init; }

    /// <summary>The one audience; null where there is none, or more than one.</summary>
    public required string? Audience { get; init; }
    public required string? Jti { get; init; }

    /// <summary>Seconds since 1970; null where the claim is absent or no whole number.</summary>
    public required long? Expires { get; init; }
    public required long? NotBefore { get; init; }
    public required long? IssuedAt { get; init; }

    /// <summary>nbf or iat is there and no whole number.</summary>
    public required bool HasBadTime { get; init; }
    public required byte[] Signed { get; init; }
    public required byte[] Signature { get; init; }

    public static AssertionFault TryRead(string text, out ClientAssertion? assertion)
    {
        assertion = null;
        var first = text.IndexOf('.', StringComparison.Ordinal);
        var second = first < 0 ? -1 : text.IndexOf('.', first + 1);
        if (text.Length > MostCharacters || second < 0)
            return AssertionFault.Malformed;
        if (StrictJson.Base64(text.AsSpan(0, first)) is not { } headerBytes
            || StrictJson.Base64(text.AsSpan((first + 1)..second)) is not { } claimBytes
            || StrictJson.Base64(text.AsSpan(second + 1)) is not { } signature)
        {
            return AssertionFault.Malformed;
        }

        using var header = StrictJson.ReadObject(headerBytes);
        using var claims = StrictJson.ReadObject(claimBytes);
        if (header is null || claims is null)
            return AssertionFault.Malformed;
        if (CheckHeader(header.RootElement) is var fault and not AssertionFault.None)
            return fault;
        assertion = Read(header.RootElement, claims.RootElement, Encoding.ASCII.GetBytes(text[..second]), signature);
        return assertion is null ? AssertionFault.Subject : AssertionFault.None;
    }

    private static AssertionFault CheckHeader(JsonElement header)
    {
        if (StrictJson.Text(header, "alg", 16) is not (ClientKey.Rs384 or ClientKey.Es384))
            return AssertionFault.Algorithm;
        if (Array.Exists(RefusedHeaders, name => header.TryGetProperty(name, out _)))
            return AssertionFault.Header;
        if (header.TryGetProperty("typ", out var typ) && !string.Equals(StrictJson.Text(typ, 16), "JWT", StringComparison.OrdinalIgnoreCase))
            return AssertionFault.Header;
        if (header.TryGetProperty("jku", out var jku) && StrictJson.Text(jku, MostUrlCharacters) is null)
            return AssertionFault.Header;
        return StrictJson.Text(header, "kid", 255) is null ? AssertionFault.Key : AssertionFault.None;
    }

    private static ClientAssertion? Read(JsonElement header, JsonElement claims, byte[] signed, byte[] signature)
    {
        if (StrictJson.Text(claims, "iss", 64) is not { } issuer)
            return null;
        var notBefore = Seconds(claims, "nbf", out var badNotBefore);
        var issuedAt = Seconds(claims, "iat", out var badIssuedAt);
        return new ClientAssertion
        {
            Algorithm = StrictJson.Text(header, "alg", 16)!,
            KeyId = StrictJson.Text(header, "kid", 255)!,
            KeySetUrl = StrictJson.Text(header, "jku", MostUrlCharacters),
            Issuer = issuer,
            Subject = StrictJson.Text(claims, "sub", 64),
            Audience = ReadAudience(claims),
            Jti = StrictJson.Text(claims, "jti", 255),
            Expires = Seconds(claims, "exp", out _),
            NotBefore = notBefore,
            IssuedAt = issuedAt,
            HasBadTime = badNotBefore || badIssuedAt,
            Signed = signed,
            Signature = signature,
        };
    }

    private static string? ReadAudience(JsonElement claims)
    {
        if (!claims.TryGetProperty("aud", out var aud))
            return null;
        if (aud.ValueKind == JsonValueKind.Array)
            return aud.GetArrayLength() == 1 ? StrictJson.Text(aud[0], 1024) : null;
        return StrictJson.Text(aud, 1024);
    }

    private static long? Seconds(JsonElement claims, string name, out bool bad)
    {
        bad = false;
        if (!claims.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds))
            return seconds;
        bad = true;
        return null;
    }

    public override string ToString() => "ClientAssertion";
}
