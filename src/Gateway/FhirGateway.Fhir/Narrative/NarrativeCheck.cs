using System.Buffers;

namespace FhirGateway.Fhir.Narrative;

/// <summary>
/// Checks the XHTML of a narrative in one pass over its bytes: well formed, one <c>div</c> in the namespace of XHTML, only
/// the elements and attributes that FHIR allows, and something to see (narrative.html, txt-1 and txt-2).
/// </summary>
internal ref struct NarrativeCheck
{
    private const int MaxDepth = 200;
    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:."u8);

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private readonly ReadOnlySpan<byte> text;
    private int at;
    private bool hasContent;

    private NarrativeCheck(ReadOnlySpan<byte> text) => this.text = text;

    /// <summary>Whether an unescaped text is a good narrative.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        var check = new NarrativeCheck(text.Trim(" \t\r\n"u8));
        return check.Run();
    }

    private bool Run()
    {
        Span<int> open = stackalloc int[MaxDepth];
        var depth = 0;
        while (at < text.Length)
        {
            if (text[at] != '<')
            {
                if (depth == 0 || !Characters())
                    return false;
                continue;
            }
            var rest = text[at..];
            if (rest.StartsWith("<!--"u8))
            {
                if (!SkipTo("-->"u8, 4))
                    return false;
            }
            else if (rest.StartsWith("<![CDATA["u8) && depth > 0)
            {
                hasContent = true;
                if (!SkipTo("]]>"u8, 9))
                    return false;
            }
            else if (rest.StartsWith("</"u8))
            {
                if (depth == 0 || !Close(open[--depth]))
                    return false;
                if (depth == 0)
                    return hasContent && at == text.Length;
            }
            else if (!Open(open, ref depth))
            {
                return false;
            }
        }
        return false;
    }

    /// <summary>Text up to the next tag: no bare ampersand, no entity but those of XML.</summary>
    private bool Characters()
    {
        var length = text[at..].IndexOf((byte)'<');
        if (length < 0)
            return false;
        var run = text.Slice(at, length);
        at += length;
        hasContent |= run.IndexOfAnyExcept(" \t\r\n"u8) >= 0;
        return AreReferencesGood(run);
    }

    private static bool AreReferencesGood(ReadOnlySpan<byte> run)
    {
        for (var i = run.IndexOf((byte)'&'); i >= 0; i = run.IndexOf((byte)'&'))
        {
            run = run[(i + 1)..];
            var end = run.IndexOf((byte)';');
            if (end <= 0 || !IsReference(run[..end]))
                return false;
        }
        return true;
    }

    private static bool IsReference(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("lt"u8) || name.SequenceEqual("gt"u8) || name.SequenceEqual("amp"u8)
            || name.SequenceEqual("quot"u8) || name.SequenceEqual("apos"u8))
            return true;
        if (name is [(byte)'#', (byte)'x', .. var hex])
            return hex.Length is > 0 and < 8 && hex.IndexOfAnyExcept(HexDigits) < 0;
        return name is [(byte)'#', .. var digits] && digits.Length is > 0 and < 9 && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    private bool SkipTo(ReadOnlySpan<byte> end, int from)
    {
        var found = text[(at + from)..].IndexOf(end);
        if (found < 0)
            return false;
        at += from + found + end.Length;
        return true;
    }

    private bool Close(int open)
    {
        at += 2;
        var name = Name();
        SkipSpace();
        if (at >= text.Length || text[at] != '>' || !name.SequenceEqual(NameAt(open)))
            return false;
        at++;
        return true;
    }

    private bool Open(scoped Span<int> open, ref int depth)
    {
        var start = ++at;
        var name = Name();
        if (depth == 0 ? !name.SequenceEqual("div"u8) : !NarrativeNames.IsElement(name))
            return false;
        hasContent |= name.SequenceEqual("img"u8);
        if (!Attributes(name, depth == 0) || at >= text.Length)
            return false;
        if (text[at] == '/')
        {
            at += 2;
            return at <= text.Length && text[at - 1] == '>' && depth > 0;
        }
        if (text[at] != '>' || depth == MaxDepth)
            return false;
        at++;
        open[depth++] = start;
        return true;
    }

    private bool Attributes(ReadOnlySpan<byte> element, bool isRoot)
    {
        var hasNamespace = false;
        while (true)
        {
            var before = at;
            SkipSpace();
            if (at >= text.Length)
                return false;
            if (text[at] is (byte)'>' or (byte)'/')
                return !isRoot || hasNamespace;
            var name = Name();
            if (before == at || name.IsEmpty || !Value(out var value))
                return false;
            if (name.SequenceEqual("xmlns"u8))
            {
                if (!value.SequenceEqual("http://www.w3.org/1999/xhtml"u8))
                    return false;
                hasNamespace = true;
            }
            else if (!NarrativeNames.IsAttribute(element, name))
            {
                return false;
            }
        }
    }

    private bool Value(out ReadOnlySpan<byte> value)
    {
        value = default;
        SkipSpace();
        if (at >= text.Length || text[at] != '=')
            return false;
        at++;
        SkipSpace();
        if (at >= text.Length || text[at] is not ((byte)'"' or (byte)'\''))
            return false;
        var length = text[(at + 1)..].IndexOf(text[at]);
        if (length < 0)
            return false;
        value = text.Slice(at + 1, length);
        at += length + 2;
        return !value.Contains((byte)'<') && AreReferencesGood(value);
    }

    private ReadOnlySpan<byte> Name()
    {
        var name = NameAt(at);
        at += name.Length;
        return name;
    }

    private readonly ReadOnlySpan<byte> NameAt(int start)
    {
        var length = text[start..].IndexOfAnyExcept(NameBytes);
        return length < 0 ? text[start..] : text.Slice(start, length);
    }

    private void SkipSpace()
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            at++;
    }
}
