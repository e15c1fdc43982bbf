using System.Collections.Immutable;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>
/// The types of an element in one cell: <c>string Quantity&lt;SimpleQuantity> Reference(Patient,Group){contained}</c>; profiles stand in
/// angle brackets, targets in round ones, aggregations in braces.
/// </summary>
internal static class TypeCell
{
    /// <summary>Three extensions of R4 name a type by nothing but extensions of its code.</summary>
    private const string NoCode = "?";

    public static string Write(ImmutableArray<ElementType> types) => string.Join(' ', types.Select(Write));

    public static ImmutableArray<ElementType> Read(ReadOnlySpan<char> cell)
    {
        var types = ImmutableArray.CreateBuilder<ElementType>();
        while (!cell.IsEmpty)
        {
            var end = cell.IndexOf(' ');
            types.Add(ReadOne(end < 0 ? cell : cell[..end]));
            cell = end < 0 ? default : cell[(end + 1)..];
        }
        return types.ToImmutable();
    }

    private static string Write(ElementType type) =>
        (type.Code.Length == 0 ? NoCode : CellText.Word(type.Code))
        + List('<', type.Profiles.Select(CellText.Type), '>')
        + List('(', type.TargetProfiles.Select(CellText.Type), ')')
        + List('{', type.Aggregations.Select(CellText.Word), '}');

    private static string List(char open, IEnumerable<string> words, char close)
    {
        var text = string.Join(',', words);
        return text.Length == 0 ? "" : open + text + close;
    }

    private static ElementType ReadOne(ReadOnlySpan<char> text)
    {
        var code = text.IndexOfAny("<({");
        var name = code < 0 ? text : text[..code];
        return new(name is NoCode ? "" : name.ToString(), Part(text, '<', '>', isCanonical: true), Part(text, '(', ')', isCanonical: true))
        {
            Aggregations = Part(text, '{', '}', isCanonical: false),
        };
    }

    private static ImmutableArray<string> Part(ReadOnlySpan<char> text, char open, char close, bool isCanonical)
    {
        var start = text.IndexOf(open);
        if (start < 0)
            return [];
        text = text[(start + 1)..];
        text = text[..text.IndexOf(close)];
        var words = ImmutableArray.CreateBuilder<string>();
        foreach (var range in text.Split(','))
            words.Add(isCanonical ? CellText.ReadType(text[range]) : text[range].ToString());
        return words.ToImmutable();
    }
}
