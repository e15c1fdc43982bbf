using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>encode</c>, <c>decode</c>, <c>escape</c>, <c>unescape</c> (FHIRPath, "Additional String Functions").</summary>
internal static class EncodingFunctions
{
    private delegate string? Coder(string text);

    public static void Add(FunctionTable.AddFunction add)
    {
        add("encode", 1, 1, (m, s, a, p) => Run(m, s, a, p, Encoder));
        add("decode", 1, 1, (m, s, a, p) => Run(m, s, a, p, Decoder));
        add("escape", 1, 1, (m, s, a, p) => Run(m, s, a, p, Escaper));
        add("unescape", 1, 1, (m, s, a, p) => Run(m, s, a, p, Unescaper));
    }

    private static void Run(PathMachine m, int start, PathNode[] arguments, int position, Func<string, Coder?> coders)
    {
        if (!m.TakeText(start, position, out var text) || !m.TryText(arguments[0], out var format))
            return;
        // Six bytes for one is the most that any of them makes.
        if (m.Make(text.TextLength * 6).IsEmpty && text.TextLength > 0)
            return;
        if (coders(Encoding.UTF8.GetString(format.Text))?.Invoke(Encoding.UTF8.GetString(text.Text)) is { } result)
            m.Push(m.MakeText(result));
    }

    private static Coder? Encoder(string format) => format switch
    {
        "hex" => static t => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(t)),
        "base64" => static t => Convert.ToBase64String(Encoding.UTF8.GetBytes(t)),
        "urlbase64" => static t => Convert.ToBase64String(Encoding.UTF8.GetBytes(t)).Replace('+', '-').Replace('/', '_'),
        _ => null,
    };

    private static Coder? Decoder(string format) => format switch
    {
        "hex" => static t => t.Length % 2 == 0 && t.All(char.IsAsciiHexDigit) ? Text(Convert.FromHexString(t)) : null,
        "base64" => FromBase64,
        "urlbase64" => static t => FromBase64(t.Replace('-', '+').Replace('_', '/')),
        _ => null,
    };

    private static Coder? Escaper(string format) => format switch
    {
        "html" => static t => WebUtility.HtmlEncode(t),
        "json" => static t => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(t),
        _ => null,
    };

    private static Coder? Unescaper(string format) => format switch
    {
        "html" => static t => WebUtility.HtmlDecode(t),
        "json" => UnescapeJson,
        _ => null,
    };

    /// <summary>A text that need not be one string of JSON: what is no escape stays as it is.</summary>
    private static string UnescapeJson(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }
            var c = text[++i];
            if (c == 'u' && i + 4 < text.Length && ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                result.Append((char)unit);
                i += 4;
                continue;
            }
            result.Append(c switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => c });
        }
        return result.ToString();
    }

    private static string? FromBase64(string text)
    {
        var buffer = new byte[(text.Length * 3 / 4) + 3];
        return Convert.TryFromBase64String(text, buffer, out var length) ? Text(buffer.AsSpan(0, length)) : null;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
