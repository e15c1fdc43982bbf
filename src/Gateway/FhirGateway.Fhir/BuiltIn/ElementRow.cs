using System.Globalization;
using System.Text;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>
/// An element as a row: id, cardinality, types, then cells <c>name=text</c>. A cell that is not there is as in the fallback
/// (<see cref="ElementFallback"/>); an empty one takes away what the fallback has.
/// </summary>
internal static class ElementRow
{
    /// <summary>No types, where the fallback has some.</summary>
    public const string NoTypes = "-";
    public const string Path = "path", Slice = "slice", Content = "content", Fixed = "fixed", Pattern = "pattern", AtLeast = "atLeast",
        AtMost = "atMost", Length = "length", Binding = "binding", Slicing = "slicing", Flags = "flags", Invariants = "inv";

    /// <summary>The row without its end of line, or null if it says nothing that the fallback does not say.</summary>
    /// <param name="id">Its id in the table.</param>
    /// <param name="element">What the row is to say.</param>
    /// <param name="fallback">What holds where it is silent.</param>
    /// <param name="label">How the table calls an invariant.</param>
    public static string? Write(string id, ElementDefinition element, ElementDefinition fallback, Func<ElementConstraint, string> label)
    {
        var row = new StringBuilder();
        Append(row, Path, Paths(element), "");
        Append(row, Slice, Slices(element), "");
        Append(row, Content, element.ContentReference ?? "", fallback.ContentReference ?? "");
        Append(row, Fixed, Value(element.Fixed), Value(fallback.Fixed));
        Append(row, Pattern, Value(element.Pattern), Value(fallback.Pattern));
        Append(row, AtLeast, Value(element.MinValue), Value(fallback.MinValue));
        Append(row, AtMost, Value(element.MaxValue), Value(fallback.MaxValue));
        Append(row, Length, Number(element.MaxLength), Number(fallback.MaxLength));
        Append(row, Binding, BindingCell.Write(element.Binding), BindingCell.Write(fallback.Binding));
        Append(row, Slicing, SlicingCell.Write(element.Slicing), SlicingCell.Write(fallback.Slicing));
        Append(row, Flags, FlagWords(element), FlagWords(fallback));
        AppendInvariants(row, [.. element.Constraints.Select(label)], [.. fallback.Constraints.Select(label)]);
        var cardinality = Differing(Cardinality(element), Cardinality(fallback));
        var types = TypeCell.Write(element.Types);
        types = types == TypeCell.Write(fallback.Types) ? "" : types.Length == 0 ? NoTypes : types;
        return row.Length + cardinality.Length + types.Length == 0 ? null
            : id + "\t" + cardinality + (types.Length + row.Length > 0 ? "\t" + types : "") + row;
    }

    private static string Paths(ElementDefinition element) => element.Path == ElementId.WithoutSlices(element.Id) ? "" : element.Path;

    private static string Slices(ElementDefinition element) =>
        element.SliceName == ElementId.SliceName(element.Id) ? "" : element.SliceName is null ? NoTypes : CellText.Escape(element.SliceName);

    private static string Value(ElementValue? value) => value is null ? "" : value.Type + " " + CellText.Escape(value.Json);

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Cardinality(ElementDefinition element) =>
        element.Min is null && element.Max is null ? ""
        : Number(element.Min) + ".." + (element.Max == ElementDefinition.Unbounded ? "*" : Number(element.Max));

    private static string FlagWords(ElementDefinition element) => string.Join(' ', new[]
    {
        element.MustSupport ? ElementRowReader.MustSupport : "",
        element.IsModifier ? ElementRowReader.Modifier : "",
        element.IsXmlAttribute ? ElementRowReader.Attribute : "",
    }.Where(w => w.Length > 0));

    private static string Differing(string text, string fallback) => text == fallback ? "" : text.Length == 0 ? ".." : text;

    private static void Append(StringBuilder row, string name, string text, string fallback)
    {
        if (text != fallback)
            row.Append('\t').Append(name).Append('=').Append(text);
    }

    /// <summary>A plus sign says: these after those of the fallback.</summary>
    private static void AppendInvariants(StringBuilder row, string[] labels, string[] fallback)
    {
        if (labels.AsSpan().SequenceEqual(fallback))
            return;
        var isMore = fallback.Length > 0 && labels.AsSpan().StartsWith(fallback);
        row.Append('\t').Append(Invariants).Append('=').Append(isMore ? "+" : "").AppendJoin(' ', isMore ? labels[fallback.Length..] : labels);
    }
}
