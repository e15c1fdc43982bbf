using System.Collections.Frozen;
using System.Text;
using System.Text.Unicode;

namespace FhirGateway.Hl7v2;

/// <summary>
/// How the bytes of a message are read: the feed's setting, else MSH-18 (table 0211), else UTF-8 if the bytes are valid UTF-8,
/// else the feed's default (windows-1252).
/// </summary>
/// <param name="Encoding">The encoding; it replaces what it cannot read with U+FFFD and never throws.</param>
/// <param name="Name">Its name, to be recorded.</param>
/// <param name="Origin">What decided.</param>
/// <param name="IsDoubtful">MSH-18 names what is unknown or contradicts the bytes.</param>
public sealed record Hl7Charset(Encoding Encoding, string Name, CharsetOrigin Origin, bool IsDoubtful)
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private static readonly FrozenDictionary<string, Encoding> Known = BuildTable();

    private static readonly Hl7Charset DetectedUtf8 = new(Utf8, "utf-8", CharsetOrigin.Detected, IsDoubtful: false);

    private static readonly Hl7Charset DeclaredUtf8 = new(Utf8, "utf-8", CharsetOrigin.Declared, IsDoubtful: false);

    /// <summary>True if <paramref name="name"/> (a value of table 0211 or a common spelling of one) can be read.</summary>
    public static bool IsKnown(string name) => Known.ContainsKey(Key(name));

    /// <summary>True if <paramref name="declared"/> (MSH-18) means UTF-8.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> declared) =>
        !declared.IsEmpty && declared.Length <= 40 && Known.TryGetValue(Key(Encoding.Latin1.GetString(declared)), out var e) && ReferenceEquals(e, Utf8);

    /// <summary>Chooses for one message.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="declared">MSH-18, its first repetition, as sent.</param>
    /// <param name="feed">The feed's own setting; null to go by the message.</param>
    /// <param name="fallback">The feed's default for what is not UTF-8; null for windows-1252.</param>
    public static Hl7Charset Choose(ReadOnlySpan<byte> message, ReadOnlySpan<byte> declared, string? feed = null, string? fallback = null)
    {
        if (feed is not null && Known.TryGetValue(Key(feed), out var set))
            return new Hl7Charset(set, set.WebName, CharsetOrigin.Feed, IsDoubtful: false);
        var doubtful = false;
        if (!declared.IsEmpty)
        {
            if (declared.Length <= 40 && Known.TryGetValue(Key(Encoding.Latin1.GetString(declared)), out var named))
            {
                if (ReferenceEquals(named, Utf8))
                    return Utf8IsValid(message) ? DeclaredUtf8 : DeclaredUtf8 with { IsDoubtful = true };
                if (!ReferenceEquals(named, Encoding.ASCII))
                    return new Hl7Charset(named, named.WebName, CharsetOrigin.Declared, IsDoubtful: false);
                doubtful = !Ascii.IsValid(message);
            }
            else
            {
                doubtful = true;
            }
        }
        if (Utf8IsValid(message))
            return doubtful ? DetectedUtf8 with { IsDoubtful = true } : DetectedUtf8;
        var encoding = fallback is not null && Known.TryGetValue(Key(fallback), out var other) ? other : Known["WINDOWS1252"];
        return new Hl7Charset(encoding, encoding.WebName, CharsetOrigin.Fallback, doubtful);
    }

    private static bool Utf8IsValid(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    /// <summary>Spellings differ by space, dash and slash only: "8859/1", "ISO-8859-1", "UNICODE UTF-8", "UTF8".</summary>
    private static string Key(string name)
    {
        Span<char> key = stackalloc char[Math.Min(name.Length, 40)];
        var n = 0;
        foreach (var c in name.AsSpan(0, key.Length))
            if (char.IsAsciiLetterOrDigit(c))
                key[n++] = char.ToUpperInvariant(c);
        return new string(key[..n]);
    }

    private static FrozenDictionary<string, Encoding> BuildTable()
    {
        var table = new Dictionary<string, Encoding>(StringComparer.Ordinal);
        void Add(Encoding? encoding, params ReadOnlySpan<string> names)
        {
            if (encoding is null)
                return;
            foreach (var name in names)
                table[name] = encoding;
        }
        Encoding? Page(int number) => CodePagesEncodingProvider.Instance.GetEncoding(number, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback);

        Add(Encoding.ASCII, "ASCII", "USASCII", "ISOIR6");
        Add(Utf8, "UNICODEUTF8", "UTF8", "UNICODE");
        Add(Encoding.Latin1, "88591", "ISO88591", "LATIN1", "ISOIR100");
        foreach (var part in (ReadOnlySpan<int>)[2, 3, 4, 5, 6, 7, 8, 9, 13, 15])
            Add(Page(28590 + part), $"8859{part}", $"ISO8859{part}");
        Add(Page(1252), "WINDOWS1252", "CP1252");
        Add(Page(54936), "GB180302000", "GB18030");
        Add(Page(950), "BIG5");
        Add(Page(949), "KSX1001");
        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
