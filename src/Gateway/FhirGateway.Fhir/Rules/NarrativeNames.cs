using System.Collections.Frozen;
using System.Text;

namespace FhirGateway.Fhir.Rules;

/// <summary>The elements and attributes of HTML 4.0 chapters 7-11 and 15 that narrative.html allows, with <c>a</c> and <c>img</c>.</summary>
internal static class NarrativeNames
{
    private static readonly FrozenSet<string> Elements = Set(
        "p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr address bdo kbd sub sup "
        + "ul ol li dl dt dd pre table caption colgroup col thead tr tfoot tbody th td code samp img map area");
    private static readonly FrozenSet<string> Anywhere = Set(
        "title style class id lang xml:lang dir accesskey tabindex span width align valign char charoff abbr axis headers scope rowspan colspan xml:space");
    private static readonly FrozenSet<string> Somewhere = Set(
        "a.href a.name a.charset a.type a.hreflang a.rel a.rev a.shape a.coords img.src img.border img.alt img.longdesc img.height img.width "
        + "img.usemap img.ismap map.name area.shape area.coords area.href area.nohref area.alt table.summary table.width table.border table.frame "
        + "table.rules table.cellspacing table.cellpadding pre.space td.nowrap th.nowrap blockquote.cite q.cite");
    private static readonly FrozenSet<string> Blocks = Set("div blockquote table ol ul p");
    private static readonly FrozenSet<string> Voids = Set("br hr img col area");

    public static bool IsElement(ReadOnlySpan<byte> name) => Contains(Elements, name);

    public static bool IsBlock(ReadOnlySpan<byte> name) => Contains(Blocks, name);

    /// <summary>Whether HTML knows it as an element without content.</summary>
    public static bool IsVoid(ReadOnlySpan<byte> name) => Contains(Voids, name);

    public static bool IsAttribute(ReadOnlySpan<byte> element, ReadOnlySpan<byte> name)
    {
        if (name.StartsWith("xmlns"u8) || Contains(Anywhere, name))
            return true;
        Span<byte> both = stackalloc byte[64];
        if (element.Length + name.Length + 1 > both.Length)
            return false;
        element.CopyTo(both);
        both[element.Length] = (byte)'.';
        name.CopyTo(both[(element.Length + 1)..]);
        return Contains(Somewhere, both[..(element.Length + 1 + name.Length)]);
    }

    private static bool Contains(FrozenSet<string> set, ReadOnlySpan<byte> name)
    {
        if (name.Length > 64)
            return false;
        Span<char> text = stackalloc char[64];
        var length = Encoding.Latin1.GetChars(name, text);
        return set.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text[..length]);
    }

    private static FrozenSet<string> Set(string names) => names.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
