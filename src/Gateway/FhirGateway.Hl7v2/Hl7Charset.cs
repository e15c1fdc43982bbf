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
        !declared.IsEmpty && ReferenceEquals(Find(declared), Utf8);

    /// <summary>Chooses for one message.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="declared">MSH-18 as sent, all its repetitions: the first is the main character set, the others are alternates.</param>
    /// <param name="repetition">The delimiter between them.</param>
    /// <param name="feed">The feed's own setting; null to go by the message.</param>
    /// <param name="fallback">The feed's default for what is not UTF-8; null for windows-1252.</param>
    public static Hl7Charset Choose(ReadOnlySpan<byte> message, ReadOnlySpan<byte> declared, byte repetition, string? feed = null, string? fallback = null)
    {
        if (feed is not null && Known.TryGetValue(Key(feed), out var set))
            return new Hl7Charset(set, set.WebName, CharsetOrigin.Feed, IsDoubtful: false);
        var isUtf8 = Utf8IsValid(message);
        // By far the most: a word is not looked up where nothing hangs on it.
        if (declared.IsEmpty && isUtf8)
            return DetectedUtf8;
        var chosen = OfDeclared(message, declared, repetition, isUtf8, out var isDoubtful);
        if (chosen is not null)
            return isDoubtful ? chosen with { IsDoubtful = true } : chosen;
        if (isUtf8)
            return isDoubtful ? DetectedUtf8 with { IsDoubtful = true } : DetectedUtf8;
        var encoding = fallback is not null && Known.TryGetValue(Key(fallback), out var other) ? other : Known["WINDOWS1252"];
        return new Hl7Charset(encoding, encoding.WebName, CharsetOrigin.Fallback, isDoubtful);
    }

    /// <summary>
    /// The first character set of MSH-18 that is known and can be what the bytes are in. ASCII decides nothing: what is ASCII is UTF-8 too,
    /// and what is not has an alternate or is not what it says.
    /// </summary>
    private static Hl7Charset? OfDeclared(ReadOnlySpan<byte> message, ReadOnlySpan<byte> declared, byte repetition, bool isUtf8, out bool isDoubtful)
    {
        isDoubtful = false;
        Hl7Charset? contradicted = null;
        foreach (var range in declared.Split(repetition))
        {
            var name = declared[range].Trim((byte)' ');
            if (name.IsEmpty || name.SequenceEqual("\"\""u8))
                continue;
            if (Find(name) is not { } named)
            {
                isDoubtful = true;
            }
            else if (ReferenceEquals(named, Utf8))
            {
                if (isUtf8)
                {
                    isDoubtful = false;
                    return DeclaredUtf8;
                }

                isDoubtful = true;
                contradicted ??= DeclaredUtf8;
            }
            else if (ReferenceEquals(named, Encoding.ASCII))
            {
                isDoubtful |= !Ascii.IsValid(message);
            }
            else
            {
                // An alternate that is read because of the ones before it is no reason for doubt.
                isDoubtful = false;
                return new Hl7Charset(named, named.WebName, CharsetOrigin.Declared, IsDoubtful: false);
            }
        }

        return contradicted;
    }

    private static Encoding? Find(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("UNICODE UTF-8"u8))
            return Utf8;
        return name.Length <= 40 && Known.TryGetValue(Key(Encoding.Latin1.GetString(name)), out var encoding) ? encoding : null;
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
        // JIS X 0208 comes with the escape sequences of ISO 2022, whichever of its parts is named.
        Add(Page(50220), "ISOIR87", "ISOIR14", "ISOIR159", "ISO2022JP");
        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
