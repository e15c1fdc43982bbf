namespace FhirGateway.Fhir.Terminology;

/// <summary>Media types (BCP 13) as a code system: the grammar of RFC 6838, section 4.2, and RFC 2045, section 5.1, for parameters.</summary>
internal static class MediaTypeSystem
{
    private const int MaxName = 127;

    private static readonly CodeTable TopLevel = CodeTable.Create(
        ["application", "audio", "chemical", "example", "font", "haptics", "image", "message", "model", "multipart", "text", "video"],
        ignoreCase: true);

    /// <summary>The short forms that FHIR allows in their place (http://hl7.org/fhir/R4/http.html#mime-type).</summary>
    private static readonly CodeTable Short = CodeTable.Create(["xml", "json", "ttl"]);

    /// <summary>A top-level type that is not registered may be one all the same.</summary>
    public static Membership Check(ReadOnlySpan<byte> code)
    {
        if (Short.Contains(code))
            return Membership.Member;
        var semicolon = code.IndexOf((byte)';');
        var type = (semicolon < 0 ? code : code[..semicolon]).TrimEnd((byte)' ');
        var slash = type.IndexOf((byte)'/');
        if (slash < 0 || !IsName(type[..slash]) || !IsName(type[(slash + 1)..]) || (semicolon >= 0 && !AreParameters(code[(semicolon + 1)..])))
            return Membership.NotMember;
        return TopLevel.Contains(type[..slash]) ? Membership.Member : Membership.Unknown;
    }

    private static bool IsName(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > MaxName || !char.IsAsciiLetterOrDigit((char)text[0]))
            return false;
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit((char)c) && "!#$&-^_.+"u8.IndexOf(c) < 0)
                return false;
        return true;
    }

    private static bool AreParameters(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            text = text.Trim((byte)' ');
            var equal = text.IndexOf((byte)'=');
            if (equal < 1 || !IsToken(text[..equal]))
                return false;
            text = text[(equal + 1)..];
            var length = ValueLength(text);
            if (length == 0)
                return false;
            text = text[length..].TrimStart((byte)' ');
            if (text.IsEmpty)
                return true;
            if (text[0] != ';')
                return false;
            text = text[1..];
        }
    }

    /// <summary>A token or a quoted string; 0 for neither.</summary>
    private static int ValueLength(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] != '"')
        {
            var end = text.IndexOfAny((byte)';', (byte)' ');
            var value = end < 0 ? text : text[..end];
            return IsToken(value) ? value.Length : 0;
        }
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                return i + 1;
        }
        return 0;
    }

    private static bool IsToken(ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
            if (c is <= 32 or >= 127 || "()<>@,;:\\\"/[]?="u8.IndexOf(c) >= 0)
                return false;
        return text.Length > 0;
    }
}
