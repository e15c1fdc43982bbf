using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace FhirGateway.Adapters.Identity;

/// <summary>JSON and base64url of untrusted tokens: no second reading of the same bytes is possible.</summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 8,
    };

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The object in these bytes, or null where they are not exactly one JSON object with distinct names.</summary>
    public static JsonDocument? ReadObject(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            var document = JsonDocument.Parse(utf8, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A non-empty string member of at most <paramref name="most"/> characters without lone surrogates or control characters.</summary>
    public static string? Text(JsonElement element, string name, int most)
    {
        if (!element.TryGetProperty(name, out var value))
            return null;
        return Text(value, most);
    }

    public static string? Text(JsonElement value, int most)
    {
        if (value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            var text = value.GetString();
            return text is { Length: > 0 } && text.Length <= most && !text.Any(char.IsControl) ? text : null;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: no text.
            return null;
        }
    }

    /// <summary>The text of these bytes, or null where they are not UTF-8.</summary>
    public static string? Utf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>base64url without padding, white space or any other character (RFC 7515 section 2), or null.</summary>
    public static byte[]? Base64(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return null;
        }

        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
