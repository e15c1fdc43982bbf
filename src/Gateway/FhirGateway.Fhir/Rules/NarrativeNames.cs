using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>The elements and attributes of HTML 4.0 chapters 7-11 and 15 that narrative.html allows, with <c>a</c> and <c>img</c>.</summary>
internal static class NarrativeNames
{
    private const int Longest = 32;
    private static readonly byte[]?[] Elements = Set(
        "p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr address bdo kbd sub sup "
        + "ul ol li dl dt dd pre table caption colgroup col thead tr tfoot tbody th td code samp img map area");
    private static readonly byte[]?[] Anywhere = Set(
        "title style class id lang xml:lang dir accesskey tabindex span width align valign char charoff abbr axis headers scope rowspan colspan xml:space");
    private static readonly byte[]?[] Somewhere = Set(
        "a.href a.name a.charset a.type a.hreflang a.rel a.rev a.shape a.coords img.src img.border img.alt img.longdesc img.height img.width "
        + "img.usemap img.ismap map.name area.shape area.coords area.href area.nohref area.alt table.summary table.width table.border table.frame "
        + "table.rules table.cellspacing table.cellpadding pre.space td.nowrap th.nowrap blockquote.cite q.cite");
    private static readonly byte[]?[] Blocks = Set("div blockquote table ol ul p");

    public static bool IsElement(ReadOnlySpan<byte> name) => Contains(Elements, name);

    public static bool IsBlock(ReadOnlySpan<byte> name) => Contains(Blocks, name);

    public static bool IsAttribute(ReadOnlySpan<byte> element, ReadOnlySpan<byte> name)
    {
        if (name.StartsWith("xmlns"u8) || Contains(Anywhere, name))
            return true;
        if (element.Length + name.Length + 1 > Longest)
            return false;
        Span<byte> both = stackalloc byte[Longest];
        element.CopyTo(both);
        both[element.Length] = (byte)'.';
        name.CopyTo(both[(element.Length + 1)..]);
        return Contains(Somewhere, both[..(element.Length + 1 + name.Length)]);
    }

    private static bool Contains(byte[]?[] set, ReadOnlySpan<byte> name)
    {
        for (var at = JsonText.Hash(name) & (uint)(set.Length - 1); set[at] is { } found; at = (at + 1) & (uint)(set.Length - 1))
            if (name.SequenceEqual(found))
                return true;
        return false;
    }

    private static byte[]?[] Set(string names)
    {
        var set = new byte[]?[256];
        foreach (var name in names.Split(' ').Distinct().Select(Encoding.UTF8.GetBytes))
        {
            var at = JsonText.Hash(name) & 255;
            while (set[at] is not null)
                at = (at + 1) & 255;
            set[at] = name;
        }
        return set;
    }
}
