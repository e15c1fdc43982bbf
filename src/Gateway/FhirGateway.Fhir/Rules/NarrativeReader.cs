using System.Net;
using System.Text;

namespace FhirGateway.Fhir.Rules;

/// <summary>
/// Reads the XHTML of a narrative tag by tag, without a copy and without a document, and says whether it is one:
/// well-formed, one <c>div</c> in the namespace of XHTML, with the elements and attributes that narrative.html allows.
/// </summary>
public ref struct NarrativeReader
{
    /// <summary>Elements within each other, the root counted.</summary>
    public const int MaxDepth = 128;
    private readonly ReadOnlySpan<byte> text;
    private int at;
    private int depth;
    private int paragraphs;
    private bool hasRoot;
    private bool hasContent;

    private NarrativeReader(ReadOnlySpan<byte> text) => this.text = text;

    /// <summary>Checks a whole narrative.</summary>
    /// <param name="unescapedXhtml">UTF-8 without JSON's escapes.</param>
    /// <returns>The first fault.</returns>
    public static NarrativeFault Check(ReadOnlySpan<byte> unescapedXhtml) => new NarrativeReader(unescapedXhtml).Read(null);

    /// <summary>Checks a narrative and tells the attributes <c>id</c>, <c>a/@name</c>, <c>a/@href</c> and <c>img/@src</c> as it goes.</summary>
    internal static NarrativeFault Read(ReadOnlySpan<byte> unescapedXhtml, NarrativeLinks links) => new NarrativeReader(unescapedXhtml).Read(links);

    private NarrativeFault Read(NarrativeLinks? links)
    {
        Span<Range> open = stackalloc Range[MaxDepth];
        while (at < text.Length)
        {
            var rest = text[at..];
            var fault = rest[0] != '<' ? ReadText()
                : rest.StartsWith("</"u8) ? ReadEnd(open)
                : rest.StartsWith("<!--"u8) ? ReadComment()
                : rest.StartsWith("<!"u8) || rest.StartsWith("<?"u8) ? Fault(NarrativeFaultCode.MarkupNotAllowed, at)
                : ReadStart(open, links);
            if (!fault.IsNone)
                return fault;
        }
        if (depth > 0 || !hasRoot)
            return Fault(NarrativeFaultCode.NotWellFormed, text.Length);
        return hasContent ? default : Fault(NarrativeFaultCode.Empty, 0);
    }

    private NarrativeFault ReadComment()
    {
        var end = text[(at + 4)..].IndexOf("--"u8);
        if (end < 0 || !text[(at + end + 6)..].StartsWith(">"u8))
            return Fault(NarrativeFaultCode.NotWellFormed, at);
        at += end + 7;
        return default;
    }

    private NarrativeFault ReadEnd(scoped Span<Range> open)
    {
        var start = at;
        at += 2;
        var name = ReadName();
        SkipSpace();
        if (depth == 0 || !Take((byte)'>') || !text[open[depth - 1]].SequenceEqual(name))
            return Fault(NarrativeFaultCode.NotWellFormed, start);
        depth--;
        if (name.SequenceEqual("p"u8))
            paragraphs--;
        return default;
    }

    private NarrativeFault ReadStart(scoped Span<Range> open, NarrativeLinks? links)
    {
        var start = at++;
        var name = ReadName();
        var code = CheckElement(name);
        if (code != NarrativeFaultCode.None)
            return Fault(code, start);
        hasContent |= name.SequenceEqual("img"u8);
        var fault = ReadAttributes(name, depth == 0, links);
        if (!fault.IsNone)
            return fault;
        hasRoot = true;
        var isClosed = Take((byte)'/');
        if (!Take((byte)'>'))
            return Fault(NarrativeFaultCode.NotWellFormed, at);
        if (isClosed)
            return default;
        if (depth == MaxDepth)
            return Fault(NarrativeFaultCode.TooDeep, start);
        open[depth++] = new(start + 1, start + 1 + name.Length);
        if (name.SequenceEqual("p"u8))
            paragraphs++;
        return default;
    }

    private readonly NarrativeFaultCode CheckElement(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || (depth == 0 && hasRoot))
            return NarrativeFaultCode.NotWellFormed;
        if (depth == 0 && !name.SequenceEqual("div"u8))
            return NarrativeFaultCode.WrongRoot;
        if (!NarrativeNames.IsElement(name))
            return NarrativeFaultCode.ElementNotAllowed;
        return paragraphs > 0 && NarrativeNames.IsBlock(name) ? NarrativeFaultCode.BlockInParagraph : NarrativeFaultCode.None;
    }

    private NarrativeFault ReadText()
    {
        var length = text[at..].IndexOfAny((byte)'<', (byte)'&');
        var run = length < 0 ? text[at..] : text.Slice(at, length);
        if (run.IndexOfAnyExcept(" \t\r\n"u8) >= 0)
        {
            if (depth == 0)
                return Fault(NarrativeFaultCode.NotWellFormed, at);
            hasContent = true;
        }
        at += run.Length;
        if (at == text.Length || text[at] != '&')
            return default;
        hasContent = true;
        var start = at;
        if (depth == 0)
            return Fault(NarrativeFaultCode.NotWellFormed, at);
        var semicolon = text[at..].IndexOf((byte)';');
        if (semicolon is < 2 or > 32 || !IsEntity(text.Slice(at + 1, semicolon - 1)))
            return Fault(NarrativeFaultCode.UnknownEntity, start);
        at += semicolon + 1;
        return default;
    }

    private NarrativeFault ReadAttributes(ReadOnlySpan<byte> element, bool isRoot, NarrativeLinks? links)
    {
        Span<Range> seen = stackalloc Range[32];
        var (count, hasNamespace) = (0, false);
        while (true)
        {
            var before = at;
            SkipSpace();
            if (at >= text.Length || text[at] is (byte)'>' or (byte)'/')
                return isRoot && !hasNamespace ? Fault(NarrativeFaultCode.WrongNamespace, 0) : default;
            var start = at;
            var name = ReadName();
            if (before == start || name.IsEmpty || !ReadValue(out var value) || count == seen.Length || IsSeen(seen[..count], name))
                return Fault(NarrativeFaultCode.NotWellFormed, start);
            seen[count++] = new(start, start + name.Length);
            if (name.SequenceEqual("xmlns"u8))
            {
                if (!value.SequenceEqual("http://www.w3.org/1999/xhtml"u8))
                    return Fault(NarrativeFaultCode.WrongNamespace, start);
                hasNamespace = true;
            }
            else if (!NarrativeNames.IsAttribute(element, name))
                return Fault(NarrativeFaultCode.AttributeNotAllowed, start);
            var fault = CheckLink(element, name, value, start, links);
            if (!fault.IsNone)
                return fault;
        }
    }

    private readonly bool IsSeen(ReadOnlySpan<Range> seen, ReadOnlySpan<byte> name)
    {
        foreach (var range in seen)
            if (text[range].SequenceEqual(name))
                return true;
        return false;
    }

    private static NarrativeFault CheckLink(ReadOnlySpan<byte> element, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int start, NarrativeLinks? links)
    {
        var isLink = name.SequenceEqual("href"u8);
        if (isLink || name.SequenceEqual("src"u8))
        {
            if (value.IsEmpty)
                return new(NarrativeFaultCode.EmptyLink, start);
            var link = value.TrimStart(" \t\r\n"u8);
            if (UriText.HasScheme(link, "javascript"u8) || UriText.HasScheme(link, "vbscript"u8))
                return new(NarrativeFaultCode.ActiveLink, start);
            if (value[0] == '#' && value.Length > 1)
                links?.AddLink(value[1..]);
        }
        else if (name.SequenceEqual("id"u8) || (name.SequenceEqual("name"u8) && element.SequenceEqual("a"u8)))
            links?.AddAnchor(value);
        return default;
    }

    private bool ReadValue(out ReadOnlySpan<byte> value)
    {
        value = default;
        SkipSpace();
        if (!Take((byte)'='))
            return false;
        SkipSpace();
        if (at >= text.Length || text[at] is not ((byte)'"' or (byte)'\''))
            return false;
        var end = text[(at + 1)..].IndexOf(text[at]);
        if (end < 0)
            return false;
        value = text.Slice(at + 1, end);
        at += end + 2;
        return value.IndexOf((byte)'<') < 0;
    }

    private ReadOnlySpan<byte> ReadName()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit((char)text[at]) || text[at] is (byte)':' or (byte)'_' or (byte)'-' or (byte)'.' || text[at] >= 0x80))
            at++;
        var name = text[start..at];
        return name.IsEmpty || name[0] is (byte)'-' or (byte)'.' || char.IsAsciiDigit((char)name[0]) ? default : name;
    }

    private void SkipSpace()
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            at++;
    }

    private bool Take(byte expected)
    {
        if (at >= text.Length || text[at] != expected)
            return false;
        at++;
        return true;
    }

    /// <summary>narrative.html asks for characters instead of HTML's named entities; as readers everywhere take them, they are no fault.</summary>
    private static bool IsEntity(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("amp"u8) || name.SequenceEqual("lt"u8) || name.SequenceEqual("gt"u8) || name.SequenceEqual("quot"u8) || name.SequenceEqual("apos"u8))
            return true;
        if (name[0] != '#')
        {
            var entity = "&" + Encoding.Latin1.GetString(name) + ";";
            return WebUtility.HtmlDecode(entity) != entity;
        }
        var digits = name[1..];
        var isHex = digits.StartsWith("x"u8);
        if (isHex)
            digits = digits[1..];
        return Utf8Number(digits, isHex ? 16 : 10) is 9 or 10 or 13 or (>= 32 and <= 0x10FFFF);
    }

    private static int Utf8Number(ReadOnlySpan<byte> digits, int radix)
    {
        var value = digits.IsEmpty ? -1 : 0;
        foreach (var digit in digits)
        {
            var n = char.IsAsciiDigit((char)digit) ? digit - '0' : radix == 16 && char.IsAsciiHexDigit((char)digit) ? (digit | 0x20) - 'a' + 10 : -1;
            if (n < 0 || value > 0x10FFFF)
                return -1;
            value = (value * radix) + n;
        }
        return value;
    }

    private static NarrativeFault Fault(NarrativeFaultCode code, int position) => new(code, position);
}
