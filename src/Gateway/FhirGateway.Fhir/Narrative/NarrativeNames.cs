using System.Collections.Frozen;
using System.Text;

namespace FhirGateway.Fhir.Narrative;

/// <summary>
/// The elements and attributes of a narrative: HTML 4.01 chapters 7 to 11, but not 9.4, and 15, without what is deprecated
/// there; <c>a</c>, images and inline styles (narrative.html).
/// </summary>
internal static class NarrativeNames
{
    private const string Elements =
        "a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i "
        + "img kbd li map ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var";

    private const string Everywhere =
        "id class style title lang xml:lang xml:space dir accesskey tabindex align valign width height char charoff abbr axis headers scope "
        + "rowspan colspan span";

    private const string Special =
        "a.href a.name a.charset a.type a.hreflang a.rel a.rev a.shape a.coords a.target img.src img.alt img.longdesc img.border img.usemap "
        + "img.ismap img.name area.shape area.coords area.href area.nohref area.alt map.name blockquote.cite q.cite table.summary "
        + "table.border table.frame table.rules table.cellspacing table.cellpadding table.bgcolor td.nowrap th.nowrap td.bgcolor th.bgcolor "
        + "tr.bgcolor ol.start ol.type ul.type li.type li.value br.clear hr.size hr.noshade";

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> ElementNames = Set(Elements);
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> AttributeNames = Set(Everywhere);
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> SpecialNames = Set(Special);

    public static bool IsElement(ReadOnlySpan<byte> name)
    {
        Span<char> chars = stackalloc char[16];
        return name.Length <= 16 && ElementNames.Contains(chars[..Encoding.ASCII.GetChars(name, chars)]);
    }

    public static bool IsAttribute(ReadOnlySpan<byte> element, ReadOnlySpan<byte> name)
    {
        Span<char> chars = stackalloc char[48];
        if (name.Length > 16 || element.Length > 16)
            return false;
        var length = Encoding.ASCII.GetChars(name, chars);
        if (AttributeNames.Contains(chars[..length]))
            return true;
        length = Encoding.ASCII.GetChars(element, chars);
        chars[length++] = '.';
        length += Encoding.ASCII.GetChars(name, chars[length..]);
        return SpecialNames.Contains(chars[..length]);
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Set(string names) =>
        names.Split(' ').ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
