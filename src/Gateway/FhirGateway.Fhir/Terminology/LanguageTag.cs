namespace FhirGateway.Fhir.Terminology;

/// <summary>A language tag taken apart by the grammar of RFC 5646, section 2.1. Letter case does not matter.</summary>
internal ref struct LanguageTag
{
    private static readonly CodeTable Irregular = CodeTable.Create(
        [
            "en-GB-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux", "i-mingo", "i-navajo", "i-pwn", "i-tao", "i-tay",
            "i-tsu", "sgn-BE-FR", "sgn-BE-NL", "sgn-CH-DE", "art-lojban", "cel-gaulish", "no-bok", "no-nyn", "zh-guoyu", "zh-hakka", "zh-min", "zh-min-nan", "zh-xiang",
        ],
        ignoreCase: true);
    private ReadOnlySpan<byte> rest;
    private ReadOnlySpan<byte> part;

    public ReadOnlySpan<byte> Language { get; private set; }

    public ReadOnlySpan<byte> Region { get; private set; }

    public bool IsGrandfathered { get; private set; }

    public bool HasExtLang { get; private set; }

    public bool HasScript { get; private set; }

    public bool HasVariant { get; private set; }

    public bool HasExtension { get; private set; }

    public bool HasPrivateUse { get; private set; }

    /// <summary>Takes a tag apart; false if it is not well formed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out LanguageTag tag)
    {
        tag = default;
        if (text.IsEmpty || text.Length > 255 || text[^1] == '-')
            return false;
        if (Irregular.Contains(text))
        {
            tag.IsGrandfathered = true;
            return true;
        }
        tag.rest = text;
        tag.Next();
        return tag.Parse();
    }

    private bool Parse()
    {
        if (IsSingleton('x'))
            return PrivateUse();
        if (!IsLetters(part) || part.Length is < 2 or > 8)
            return false;
        Language = part;
        Next();
        for (var i = 0; i < 3 && Language.Length <= 3 && part.Length == 3 && IsLetters(part); i++, Next())
            HasExtLang = true;
        if (part.Length == 4 && IsLetters(part))
        {
            HasScript = true;
            Next();
        }
        if ((part.Length == 2 && IsLetters(part)) || (part.Length == 3 && part.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0))
        {
            Region = part;
            Next();
        }
        for (; (part.Length is >= 5 and <= 8 && IsAlphanumeric(part)) || (part.Length == 4 && char.IsAsciiDigit((char)part[0]) && IsAlphanumeric(part)); Next())
            HasVariant = true;
        return Extensions() && (part.IsEmpty || (IsSingleton('x') && PrivateUse()));
    }

    private bool Extensions()
    {
        while (part.Length == 1 && IsAlphanumeric(part) && !IsSingleton('x'))
        {
            HasExtension = true;
            var count = 0;
            for (Next(); part.Length is >= 2 and <= 8 && IsAlphanumeric(part); Next())
                count++;
            if (count == 0)
                return false;
        }
        return true;
    }

    private bool PrivateUse()
    {
        HasPrivateUse = true;
        var count = 0;
        for (Next(); part.Length is >= 1 and <= 8 && IsAlphanumeric(part); Next())
            count++;
        return count > 0 && part.IsEmpty;
    }

    /// <summary>A part that is empty within the tag stays in <see cref="rest"/> and is refused as the end of nothing.</summary>
    private void Next()
    {
        var dash = rest.IndexOf((byte)'-');
        part = dash < 0 ? rest : rest[..dash];
        if (dash == 0)
            part = "-"u8;
        rest = dash < 0 ? default : rest[(dash + 1)..];
    }

    private readonly bool IsSingleton(char c) => part.Length == 1 && (part[0] | 0x20) == c;

    private static bool IsLetters(ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiLetter((char)c))
                return false;
        return true;
    }

    private static bool IsAlphanumeric(ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit((char)c))
                return false;
        return true;
    }
}
