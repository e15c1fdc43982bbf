using System.Buffers;
using System.Buffers.Text;

namespace FhirGateway.Fhir.Structure;

/// <summary>
/// The lexical forms of FHIR R4 primitives (http://hl7.org/fhir/R4/datatypes.html#primitive), on unescaped UTF-8 text: the
/// regular expressions of the standard, with white space meaning that of ASCII, and where its prose says more, these rules.
/// No text is empty (json.html#primitive). A day is one of the calendar. A number of 32 bits fits into them. A string has
/// at most 1024 * 1024 characters, none below U+0020 but tab, line feed and carriage return, and not white space only. A
/// code has no white space but single spaces. Base64 is padded at its end only (RFC 4648, section 4).
/// </summary>
public static class PrimitiveFormat
{
    /// <summary>Most characters of a string or markdown.</summary>
    public const int MaxCharacters = 1024 * 1024;

    private static readonly SearchValues<byte> Space = SearchValues.Create(" \t\r\n\v\f"u8);
    private static readonly SearchValues<byte> SpaceOfText = SearchValues.Create(" \t\r\n"u8);
    private static readonly SearchValues<byte> Control = SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]);
    private static readonly SearchValues<byte> IdBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8);
    private static readonly SearchValues<byte> Base64Bytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);
    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>Whether a type of FHIR is a primitive, and which.</summary>
    public static bool TryFindKind(string type, out PrimitiveKind kind)
    {
        kind = PrimitiveKind.None;
        return type.Length > 0 && char.IsAsciiLetterLower(type[0]) && Enum.TryParse(type, ignoreCase: true, out kind) && kind != PrimitiveKind.None;
    }

    /// <summary>What the form is, for a message.</summary>
    public static string Expected(PrimitiveKind kind) => kind switch
    {
        PrimitiveKind.Boolean => "true or false",
        PrimitiveKind.Integer => "a whole number of 32 bits",
        PrimitiveKind.UnsignedInt => "a whole number from 0 to 2147483647",
        PrimitiveKind.PositiveInt => "a whole number from 1 to 2147483647",
        PrimitiveKind.Decimal => "a number",
        PrimitiveKind.Date => "a date: YYYY, YYYY-MM or YYYY-MM-DD",
        PrimitiveKind.DateTime => "a date, or a date and time with seconds and zone",
        PrimitiveKind.Instant => "a date and time with seconds and zone",
        PrimitiveKind.Time => "a time: hh:mm:ss",
        PrimitiveKind.Id => "1 to 64 of A-Z a-z 0-9 - .",
        PrimitiveKind.Oid => "urn:oid: and numbers without leading zeros, the first 0, 1 or 2",
        PrimitiveKind.Uuid => "urn:uuid: and a UUID in lower case",
        PrimitiveKind.Base64Binary => "base64 in groups of four",
        PrimitiveKind.Xhtml => "a <div> element",
        PrimitiveKind.Code => "a code without outer or double spaces",
        PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical => "a URI without spaces",
        _ => "a text that is not empty",
    };

    /// <summary>Whether the text of a JSON string has the form of a primitive that is a string in JSON.</summary>
    public static bool IsValid(PrimitiveKind kind, ReadOnlySpan<byte> text) => !text.IsEmpty && kind switch
    {
        PrimitiveKind.Date => IsDate(text),
        PrimitiveKind.DateTime => text.Length <= 10 ? IsDate(text) : IsInstant(text),
        PrimitiveKind.Instant => IsInstant(text),
        PrimitiveKind.Time => IsTime(text),
        PrimitiveKind.Id => text.Length <= 64 && text.IndexOfAnyExcept(IdBytes) < 0,
        PrimitiveKind.Code => IsCode(text),
        PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical => text.IndexOfAny(Space) < 0,
        PrimitiveKind.Oid => IsOid(text),
        PrimitiveKind.Uuid => IsUuid(text),
        PrimitiveKind.Base64Binary => IsBase64(text),
        PrimitiveKind.Xhtml => text.TrimStart(" \t\r\n"u8).StartsWith("<div"u8),
        _ => IsText(text),
    };

    /// <summary>Whether the text of a JSON number has the form of a numeric primitive. A decimal has no range: its text is kept.</summary>
    public static bool IsValidNumber(PrimitiveKind kind, ReadOnlySpan<byte> text)
    {
        if (kind == PrimitiveKind.Decimal)
            return IsDecimal(text);
        var digits = text.StartsWith("-"u8) ? text[1..] : text;
        return Whole(digits) == digits.Length && Utf8Parser.TryParse(text, out int number, out _) && kind switch
        {
            PrimitiveKind.UnsignedInt => digits.Length == text.Length,
            PrimitiveKind.PositiveInt => number > 0,
            _ => true,
        };
    }

    private static bool IsDecimal(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("-"u8))
            text = text[1..];
        var whole = Whole(text);
        if (whole == 0)
            return false;
        text = text[whole..];
        if (text is [(byte)'.', ..])
        {
            var digits = DigitsAtStart(text[1..]);
            if (digits == 0)
                return false;
            text = text[(digits + 1)..];
        }
        if (text.IsEmpty || text[0] is not ((byte)'e' or (byte)'E'))
            return text.IsEmpty;
        text = text[1..];
        if (text is [(byte)'+' or (byte)'-', ..])
            text = text[1..];
        return !text.IsEmpty && DigitsAtStart(text) == text.Length;
    }

    private static bool IsText(ReadOnlySpan<byte> text)
    {
        if (text[0] <= ' ' && text.IndexOfAnyExcept(SpaceOfText) < 0)
            return false;
        return text.IndexOfAny(Control) < 0 && (text.Length <= MaxCharacters || Characters(text) <= MaxCharacters);
    }

    private static int Characters(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var b in text)
            if ((b & 0xC0) != 0x80)
                count++;
        return count;
    }

    private static bool IsCode(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny(Space) < 0)
            return true;
        return text[0] != ' ' && text[^1] != ' ' && text.IndexOf("  "u8) < 0 && text.IndexOfAny("\t\r\n\v\f"u8) < 0;
    }

    private static bool IsOid(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("urn:oid:"u8) || text.Length < 11 || text[8] is < (byte)'0' or > (byte)'2')
            return false;
        for (text = text[9..]; text is [(byte)'.', ..]; text = text[(Whole(text[1..]) + 1)..])
            if (Whole(text[1..]) == 0)
                return false;
        return text.IsEmpty;
    }

    private static bool IsUuid(ReadOnlySpan<byte> text)
    {
        if (text.Length != 45 || !text.StartsWith("urn:uuid:"u8))
            return false;
        text = text[9..];
        return text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
            && text[..8].IndexOfAnyExcept(LowerHex) < 0 && text[9..13].IndexOfAnyExcept(LowerHex) < 0
            && text[14..18].IndexOfAnyExcept(LowerHex) < 0 && text[19..23].IndexOfAnyExcept(LowerHex) < 0
            && text[24..].IndexOfAnyExcept(LowerHex) < 0;
    }

    /// <summary>Groups of four, white space between them.</summary>
    private static bool IsBase64(ReadOnlySpan<byte> text)
    {
        var end = text.LastIndexOfAnyExcept(Space);
        var start = text.IndexOfAnyExcept(Space);
        if (end < 0)
            return false;
        text = text[start..(end + 1)];
        var padding = text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0;
        var inGroup = 0;
        for (text = text[..^padding]; !text.IsEmpty;)
        {
            var run = text.IndexOfAnyExcept(Base64Bytes);
            if (run < 0)
                run = text.Length;
            inGroup = (inGroup + run) & 3;
            text = text[run..];
            if (text.IsEmpty)
                break;
            var space = text.IndexOfAnyExcept(Space);
            if (inGroup != 0 || space <= 0)
                return false;
            text = text[space..];
        }
        return padding == 0 ? inGroup == 0 : inGroup + padding == 4;
    }

    /// <summary>YYYY, YYYY-MM or YYYY-MM-DD that the calendar knows.</summary>
    public static bool IsDate(ReadOnlySpan<byte> text)
    {
        if (text.Length is not (4 or 7 or 10) || !Digits(text, 0, 4, out var year) || year == 0)
            return false;
        if (text.Length == 4)
            return true;
        if (text[4] != '-' || !Digits(text, 5, 2, out var month) || month is < 1 or > 12)
            return false;
        return text.Length == 7
            || (text[7] == '-' && Digits(text, 8, 2, out var day) && day >= 1 && day <= DateTime.DaysInMonth(year, month));
    }

    private static bool IsInstant(ReadOnlySpan<byte> text)
    {
        if (text.Length < 20 || text[10] != 'T' || !IsDate(text[..10]))
            return false;
        var rest = text[11..];
        var zone = rest.IndexOfAny("Z+-"u8);
        if (zone < 0 || !IsTime(rest[..zone]))
            return false;
        rest = rest[zone..];
        if (rest[0] == 'Z')
            return rest.Length == 1;
        return rest.Length == 6 && rest[3] == ':' && Digits(rest, 1, 2, out var hours) && Digits(rest, 4, 2, out var minutes)
            && (hours * 60) + minutes <= 14 * 60 && minutes < 60;
    }

    private static bool IsTime(ReadOnlySpan<byte> text)
    {
        if (text.Length < 8 || text[2] != ':' || text[5] != ':' || !Digits(text, 0, 2, out var hour) || hour > 23
            || !Digits(text, 3, 2, out var minute) || minute > 59 || !Digits(text, 6, 2, out var second) || second > 60)
            return false;
        return text.Length == 8 || (text[8] == '.' && text.Length > 9 && text[9..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0);
    }

    private static bool Digits(ReadOnlySpan<byte> text, int at, int length, out int value)
    {
        value = 0;
        for (var i = at; i < at + length; i++)
        {
            if (text[i] is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + text[i] - '0';
        }
        return true;
    }

    /// <summary>Length of 0 or of digits that do not begin with 0, at the start.</summary>
    private static int Whole(ReadOnlySpan<byte> text) => text is [(byte)'0', ..] ? 1 : DigitsAtStart(text);

    private static int DigitsAtStart(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text.Length : end;
    }
}
