using System.Buffers;
using System.Buffers.Text;

namespace FhirGateway.Fhir.Structure;

/// <summary>The lexical forms of FHIR R4 primitives (datatypes.html#primitive), on unescaped UTF-8 text.</summary>
public static class PrimitiveFormat
{
    private static readonly SearchValues<byte> Space = SearchValues.Create(" \t\r\n"u8);
    private static readonly SearchValues<byte> IdBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8);
    private static readonly SearchValues<byte> OidBytes = SearchValues.Create("0123456789."u8);

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
        PrimitiveKind.Oid => "urn:oid: and digits",
        PrimitiveKind.Uuid => "urn:uuid: and a UUID in lower case",
        PrimitiveKind.Base64Binary => "base64",
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
        PrimitiveKind.Oid => text.StartsWith("urn:oid:"u8) && text.Length > 10 && text[8] is >= (byte)'0' and <= (byte)'2'
            && text[9] == '.' && text[8..].IndexOfAnyExcept(OidBytes) < 0,
        PrimitiveKind.Uuid => text.StartsWith("urn:uuid:"u8) && Utf8Parser.TryParse(text[9..], out Guid _, out var used) && used == text.Length - 9,
        PrimitiveKind.Base64Binary => Base64.IsValid(text),
        PrimitiveKind.Xhtml => text.TrimStart(" \t\r\n"u8).StartsWith("<div"u8),
        _ => text.IndexOfAnyExcept(Space) >= 0,
    };

    /// <summary>Whether the text of a JSON number has the form of a numeric primitive. A decimal has no range here: its text is kept.</summary>
    public static bool IsValidNumber(PrimitiveKind kind, ReadOnlySpan<byte> text)
    {
        if (kind == PrimitiveKind.Decimal)
            return true;
        return Utf8Parser.TryParse(text, out int number, out var used) && used == text.Length && kind switch
        {
            PrimitiveKind.UnsignedInt => number >= 0,
            PrimitiveKind.PositiveInt => number > 0,
            _ => true,
        };
    }

    private static bool IsCode(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny(Space) < 0)
            return true;
        return !Space.Contains(text[0]) && !Space.Contains(text[^1]) && text.IndexOf("  "u8) < 0 && text.IndexOfAny("\t\r\n"u8) < 0;
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
}
