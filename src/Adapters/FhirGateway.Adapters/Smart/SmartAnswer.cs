using System.Globalization;
using System.Text.Json;
using FhirGateway.Adapters.Identity;

namespace FhirGateway.Adapters.Smart;

/// <summary>What a token endpoint answers (RFC 6749 sections 5.1 and 5.2).</summary>
/// <param name="AccessToken">Null in an error.</param>
/// <param name="Life">How long it says the token lives.</param>
/// <param name="Scope">Null where it is what was asked for.</param>
/// <param name="Error">Its error code, if it has the form of one.</param>
internal sealed record SmartAnswer(string? AccessToken, TimeSpan Life, string? Scope, string? Error)
{
    private const int MostTokenLength = 16 * 1024;
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Most = TimeSpan.FromHours(24);

    /// <summary>Null where the answer is not one JSON object, or its token no bearer token.</summary>
    public static SmartAnswer? Read(ReadOnlyMemory<byte> utf8)
    {
        using var document = StrictJson.ReadObject(utf8);
        if (document?.RootElement is not { } root)
            return null;
        var error = StrictJson.Text(root, "error", 64) is { } code && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? code : null;
        var token = StrictJson.Text(root, "access_token", MostTokenLength);
        if (token is not null && (token.AsSpan().ContainsAnyExceptInRange('!', '~') || !IsBearer(root)))
            return null;
        return token is null && error is null ? null : new SmartAnswer(token, LifeOf(root), StrictJson.Text(root, "scope", MostTokenLength), error);
    }

    public override string ToString() => $"SmartAnswer({Error})";

    private static bool IsBearer(JsonElement root) => StrictJson.Text(root, "token_type", 32) is not { } type || type.Equals("bearer", StringComparison.OrdinalIgnoreCase);

    private static TimeSpan LifeOf(JsonElement root)
    {
        if (!root.TryGetProperty("expires_in", out var value))
            return Unsaid;
        var text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : StrictJson.Text(value, 32);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || double.IsNaN(seconds))
            return Unsaid;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Most.TotalSeconds));
    }
}
