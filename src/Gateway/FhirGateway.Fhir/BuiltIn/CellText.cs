using System.Buffers;
using System.Text;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>Text in a cell of a table: no tab and no line break; a backslash begins an escape.</summary>
internal static class CellText
{
    private const string Types = "http://hl7.org/fhir/StructureDefinition/";
    private const string ValueSets = "http://hl7.org/fhir/ValueSet/";
    private static readonly SearchValues<char> Separators = SearchValues.Create(" ,()<>{}");

    public static string Escape(string text) =>
        text.AsSpan().IndexOfAny("\\\t\n\r") < 0 ? text
        : text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);

    public static string Unescape(ReadOnlySpan<char> text)
    {
        if (!text.Contains('\\'))
            return text.ToString();
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
            plain.Append(text[i] != '\\' ? text[i] : text[++i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', var other => other });
        return plain.ToString();
    }

    /// <summary>A canonical of R4's own types by its name alone.</summary>
    public static string Type(string canonical) => Shorten(canonical, Types);

    /// <summary>A canonical of R4's own value sets by its name alone.</summary>
    public static string ValueSet(string canonical) => Shorten(canonical, ValueSets);

    public static string ReadType(ReadOnlySpan<char> text) => Lengthen(text, Types);

    public static string ReadValueSet(ReadOnlySpan<char> text) => Lengthen(text, ValueSets);

    /// <summary>A word of a list.</summary>
    /// <exception cref="FormatException">It holds a separator.</exception>
    public static string Word(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAny(Separators) ? text : throw new FormatException($"'{text}' cannot stand in a list of a table");

    private static string Shorten(string canonical, string prefix) =>
        Word(canonical.StartsWith(prefix, StringComparison.Ordinal) && !canonical.AsSpan(prefix.Length).ContainsAny("/:") ? canonical[prefix.Length..] : canonical);

    private static string Lengthen(ReadOnlySpan<char> text, string prefix) =>
        text.IndexOf(':') < 0 ? string.Concat(prefix, text) : text.ToString();
}
