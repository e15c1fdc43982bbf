using System.Buffers.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>Elements as values of FHIRPath (FHIR R4, fhirpath.html#types).</summary>
internal sealed partial class PathMachine
{
    private StructureType? quantity;
    private static readonly ElementName ValueName = new("value");
    private static readonly ElementName UnitName = new("unit");
    private static readonly ElementName CodeName = new("code");
    private static readonly ElementName SystemName = new("system");

    /// <summary>
    /// The value of an item as one of FHIRPath's own types; false if it has none. A primitive whose text is not what its
    /// type says has none, and the evaluation is incomplete: that it is bad is the finding of another check.
    /// </summary>
    public bool TryAtom(in PathItem item, out PathItem atom)
    {
        atom = item;
        if (item.Kind != ItemKind.Node)
            return item.Kind != ItemKind.Absent;
        if (item.Value < 0)
            return false;
        if (!item.IsPrimitive)
            return TryQuantity(item, out atom);
        if (TryPrimitive(item, out atom))
            return true;
        IsIncomplete = true;
        return false;
    }

    /// <summary>Whether an item is a quantity of FHIR (or Age, Duration and so on), or of FHIRPath.</summary>
    public bool IsQuantity(in PathItem item)
    {
        if (item.Kind == ItemKind.Quantity)
            return true;
        if (!item.IsNode || item.Type is null)
            return false;
        quantity ??= table.FindType("Quantity");
        return item.Type == quantity || item.Type.Parent == quantity;
    }

    private bool TryPrimitive(in PathItem item, out PathItem atom)
    {
        ref readonly var token = ref tokens[item.Value];
        atom = item;
        switch (token.Kind)
        {
            case JsonKind.True or JsonKind.False:
                atom = PathItem.Of(token.Kind == JsonKind.True);
                return item.Primitive == PrimitiveKind.Boolean;
            case JsonKind.Number:
                return TryNumber(item, out atom);
            case JsonKind.String:
                atom = TokenText(item.Value);
                break;
            default:
                return false;
        }
        switch (item.Primitive)
        {
            case PrimitiveKind.Date:
                if (!TemporalText.TryParse(atom.Text, out var date, out var hasTime) || hasTime)
                    return false;
                atom = PathItem.Of(ItemKind.Date, date);
                return true;
            case PrimitiveKind.DateTime or PrimitiveKind.Instant:
                if (!TemporalText.TryParse(atom.Text, out var moment, out _))
                    return false;
                atom = PathItem.Of(ItemKind.DateTime, moment);
                return true;
            case PrimitiveKind.Time:
                if (!TemporalText.TryParseTime(atom.Text, out var time))
                    return false;
                atom = PathItem.Of(ItemKind.Time, time);
                return true;
            default:
                return item.Primitive is not (PrimitiveKind.Boolean or PrimitiveKind.Decimal or PrimitiveKind.Integer
                    or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt);
        }
    }

    private bool TryNumber(in PathItem item, out PathItem atom)
    {
        atom = item;
        var raw = Raw(item.Value);
        if (item.Primitive == PrimitiveKind.Decimal)
        {
            if (!TryParseDecimal(raw, out var number))
                return false;
            atom = PathItem.Of(number);
            return true;
        }
        if (item.Primitive is not (PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt)
            || !Utf8Parser.TryParse(raw, out int whole, out var used) || used != raw.Length)
            return false;
        atom = PathItem.Of((long)whole);
        return true;
    }

    /// <summary>A decimal of JSON or of a text, with its scale.</summary>
    public static bool TryParseDecimal(ReadOnlySpan<byte> text, out decimal number) =>
        decimal.TryParse(text, System.Globalization.NumberStyles.Float & ~System.Globalization.NumberStyles.AllowLeadingWhite
            & ~System.Globalization.NumberStyles.AllowTrailingWhite, System.Globalization.CultureInfo.InvariantCulture, out number);

    private bool TryQuantity(in PathItem item, out PathItem atom)
    {
        atom = item;
        if (!IsQuantity(item) || !TryChild(item, ValueName, out var value) || !TryAtom(value, out var number)
            || number.Kind is not (ItemKind.Decimal or ItemKind.Integer))
            return false;
        var unit = PathItem.OfText(UnitWords.One, 0, 1);
        var hasUnit = (IsUcum(item) && TryChild(item, CodeName, out var child)) || TryChild(item, UnitName, out child) || TryChild(item, CodeName, out child);
        if (hasUnit && !TryString(child, out unit))
            return false;
        atom = PathItem.OfQuantity(number.Decimal, unit.TextBuffer!, unit.TextStart, unit.TextLength, isWord: false);
        return true;
    }

    private bool IsUcum(in PathItem quantity) =>
        TryChild(quantity, SystemName, out var system) && TryString(system, out var url) && url.Text.SequenceEqual("http://unitsofmeasure.org"u8);

    /// <summary>The only child of a name.</summary>
    public bool TryChild(in PathItem item, ElementName name, out PathItem child)
    {
        var start = top;
        PushChildren(item, name);
        child = default;
        if (top != start + 1)
        {
            top = start;
            return false;
        }
        child = stack[--top];
        return true;
    }
}
