using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>Reads what <see cref="ElementRow"/> writes. Equal cells become one object. Safe for parallel use.</summary>
/// <param name="findInvariant">The invariant of a label, or null.</param>
internal sealed class ElementRowReader(Func<string, ElementConstraint?> findInvariant)
{
    public const string MustSupport = "must-support", Modifier = "modifier", Attribute = "attribute";

    private readonly ConcurrentDictionary<string, ElementType[]> types = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ElementBinding> bindings = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ElementConstraint[]> constraints = new(StringComparer.Ordinal);

    /// <summary>The first cell of a row: its id.</summary>
    public static ReadOnlySpan<char> FirstCell(ReadOnlySpan<char> row)
    {
        var tab = row.IndexOf('\t');
        return tab < 0 ? row : row[..tab];
    }

    /// <summary>The same element under another root, e.g. <c>Patient.meta</c> from <c>Resource.meta</c>.</summary>
    public static ElementDefinition Inherit(string id, ElementDefinition element, string root)
    {
        var absolute = ElementId.Absolute(id, root);
        return element with { Id = absolute, Path = ElementId.WithoutSlices(absolute), SliceName = ElementId.SliceName(absolute) };
    }

    /// <exception cref="FormatException">A cell is not what it should be.</exception>
    public ElementDefinition Read(string id, ReadOnlySpan<char> row, ElementDefinition fallback, string root)
    {
        var element = Inherit(id, fallback, root);
        var column = 0;
        for (var tab = row.IndexOf('\t'); tab >= 0; tab = row.IndexOf('\t'))
        {
            row = row[(tab + 1)..];
            var cell = FirstCell(row);
            element = column++ switch
            {
                _ when cell.IsEmpty => element,
                0 => Cardinality(element, cell),
                1 => element with { Types = cell is ElementRow.NoTypes ? [] : Types(cell.ToString()) },
                _ => Cell(element, cell),
            };
        }
        return element;
    }

    private ElementDefinition Cell(ElementDefinition element, ReadOnlySpan<char> cell)
    {
        var equals = cell.IndexOf('=');
        var text = cell[(equals + 1)..].ToString();
        return (equals < 0 ? "" : cell[..equals]) switch
        {
            ElementRow.Path => element with { Path = text },
            ElementRow.Slice => element with { SliceName = text == ElementRow.NoTypes ? null : CellText.Unescape(text) },
            ElementRow.Content => element with { ContentReference = text.Length == 0 ? null : text },
            ElementRow.Fixed => element with { Fixed = Value(text) },
            ElementRow.Pattern => element with { Pattern = Value(text) },
            ElementRow.AtLeast => element with { MinValue = Value(text) },
            ElementRow.AtMost => element with { MaxValue = Value(text) },
            ElementRow.Length => element with { MaxLength = Number(text) },
            ElementRow.Binding => element with { Binding = text.Length == 0 ? null : bindings.GetOrAdd(text, t => BindingCell.Read(t)!) },
            ElementRow.Slicing => element with { Slicing = SlicingCell.Read(text) },
            ElementRow.Flags => Flags(element, text),
            ElementRow.Invariants => element with { Constraints = Constraints(text, element.Constraints) },
            _ => throw new FormatException($"{element.Id}: unknown cell"),
        };
    }

    private ImmutableArray<ElementType> Types(string cell) =>
        ImmutableCollectionsMarshal.AsImmutableArray(types.GetOrAdd(cell, c => [.. TypeCell.Read(c)]));

    private ImmutableArray<ElementConstraint> Constraints(string text, ImmutableArray<ElementConstraint> inherited)
    {
        if (text.StartsWith('+'))
            return [.. inherited, .. Constraints(text[1..], [])];
        return text.Length == 0 ? []
            : ImmutableCollectionsMarshal.AsImmutableArray(constraints.GetOrAdd(text, t => [.. t.Split(' ').Select(Invariant)]));
    }

    private ElementConstraint Invariant(string label) => findInvariant(label) ?? throw new FormatException($"{label}: no such invariant in the table");

    private static ElementDefinition Cardinality(ElementDefinition element, ReadOnlySpan<char> cell)
    {
        var dots = cell.IndexOf("..", StringComparison.Ordinal);
        var max = cell[(dots + 2)..];
        return element with { Min = Number(cell[..dots]), Max = max is "*" ? ElementDefinition.Unbounded : Number(max) };
    }

    private static int? Number(ReadOnlySpan<char> text) => text.IsEmpty ? null : int.Parse(text, CultureInfo.InvariantCulture);

    private static ElementValue? Value(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? null : new(text[..space], CellText.Unescape(text.AsSpan(space + 1)));
    }

    private static ElementDefinition Flags(ElementDefinition element, string text) => element with
    {
        MustSupport = text.Contains(MustSupport, StringComparison.Ordinal),
        IsModifier = text.Contains(Modifier, StringComparison.Ordinal),
        IsXmlAttribute = text.Contains(Attribute, StringComparison.Ordinal),
    };
}
