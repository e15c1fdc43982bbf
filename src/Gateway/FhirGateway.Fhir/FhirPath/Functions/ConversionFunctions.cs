using System.Globalization;
using System.Text;

namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>toX()</c> and <c>convertsToX()</c> (FHIRPath, "Conversion").</summary>
internal static class ConversionFunctions
{
    private delegate bool Conversion(PathMachine m, in PathItem atom, out PathItem result);

    public static void Add(FunctionTable.AddFunction add, FunctionTable.AddTruthFunction addTruth)
    {
        foreach (var (name, conversion) in new (string, Conversion)[]
        {
            ("Boolean", ToBoolean), ("Integer", ToInteger), ("Decimal", ToDecimal), ("String", ToText), ("Date", ToDate),
            ("DateTime", ToDateTime), ("Time", ToTime), ("Quantity", ToQuantity),
        })
        {
            var takesUnit = name == "Quantity" ? 1 : 0;
            add("to" + name, 0, takesUnit, (m, s, a, p) =>
            {
                if (m.TakeAtom(s, p, out var atom) && conversion(m, atom, out var result) && InUnit(m, a, ref result))
                    m.Push(result);
            });
            addTruth("convertsTo" + name, 0, takesUnit, (m, s, a, p) =>
            {
                if (!m.TakeAtom(s, p, out var atom))
                    return Truth.Empty;
                return conversion(m, atom, out var result) && InUnit(m, a, ref result) ? Truth.True : Truth.False;
            });
        }
    }

    /// <summary>The text of a value, as <c>toString()</c> gives it.</summary>
    public static bool ToText(PathMachine m, in PathItem atom, out PathItem result)
    {
        result = atom;
        if (atom.Kind == ItemKind.String)
            return true;
        if (atom.Kind == ItemKind.TypeName)
            return false;
        Span<byte> text = stackalloc byte[64];
        var length = 0;
        switch (atom.Kind)
        {
            case ItemKind.Boolean:
                result = m.MakeText(atom.Boolean ? "true"u8 : "false"u8);
                return true;
            case ItemKind.Integer:
                atom.Integer.TryFormat(text, out length, default, CultureInfo.InvariantCulture);
                break;
            case ItemKind.Decimal or ItemKind.Quantity:
                length = Numbers.Write(atom.Number, text);
                break;
            default:
                length = TemporalText.Write(atom.Temporal, atom.Kind, text);
                break;
        }
        result = m.MakeText(text[..length]);
        if (atom.Kind == ItemKind.Quantity)
            result = m.MakeText(QuantityText(atom));
        return true;
    }

    /// <summary>A quantity as an expression writes it: <c>4 days</c>, <c>10 'mg'</c>.</summary>
    public static string QuantityText(in PathItem quantity)
    {
        var unit = Encoding.UTF8.GetString(quantity.Text);
        return quantity.Number.ToString(CultureInfo.InvariantCulture) + (quantity.IsWord ? " " + unit : $" '{unit}'");
    }

    private static bool InUnit(PathMachine m, PathNode[] arguments, ref PathItem result)
    {
        if (arguments.Length == 0)
            return true;
        if (!m.TryText(arguments[0], out var unit))
            return false;
        var isWord = UnitWords.IsWord(Encoding.UTF8.GetString(unit.Text));
        var target = PathItem.OfQuantity(0, unit.TextBuffer!, unit.TextStart, unit.TextLength, isWord);
        if (!UnitConversion.TryConvert(result, target, out var value))
            return false;
        result = target.WithNumber(value);
        return true;
    }

    private static bool ToBoolean(PathMachine m, in PathItem atom, out PathItem result)
    {
        result = atom;
        bool? value = atom.Kind switch
        {
            ItemKind.Boolean => atom.Boolean,
            ItemKind.Integer or ItemKind.Decimal => atom.Decimal == 1 ? true : atom.Decimal == 0 ? false : null,
            ItemKind.String => Encoding.UTF8.GetString(atom.Text).ToLowerInvariant() switch
            {
                "true" or "t" or "yes" or "y" or "1" or "1.0" => true,
                "false" or "f" or "no" or "n" or "0" or "0.0" => false,
                _ => null,
            },
            _ => null,
        };
        result = PathItem.Of(value ?? false);
        return value.HasValue;
    }

    private static bool ToInteger(PathMachine m, in PathItem atom, out PathItem result)
    {
        result = atom;
        if (atom.Kind == ItemKind.Integer)
            return true;
        var number = 0;
        var good = atom.Kind == ItemKind.Boolean || (atom.Kind == ItemKind.String && IsNumber(atom.Text, false)
            && int.TryParse(atom.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number));
        result = PathItem.Of(atom.Kind == ItemKind.Boolean ? atom.Boolean ? 1L : 0L : number);
        return good;
    }

    private static bool ToDecimal(PathMachine m, in PathItem atom, out PathItem result)
    {
        result = atom;
        if (atom.Kind == ItemKind.Decimal)
            return true;
        decimal? number = atom.Kind switch
        {
            ItemKind.Integer => atom.Decimal,
            ItemKind.Boolean => atom.Boolean ? 1 : 0,
            ItemKind.String when IsNumber(atom.Text, true) && PathMachine.TryParseDecimal(atom.Text, out var parsed) => parsed,
            _ => null,
        };
        result = PathItem.Of(number ?? 0);
        return number.HasValue;
    }

    private static bool ToDate(PathMachine m, in PathItem atom, out PathItem result)
    {
        result = atom;
        if (atom.Kind == ItemKind.Date)
            return true;
        Temporal value;
        if (atom.Kind == ItemKind.DateTime)
            value = atom.Temporal;
        else if (atom.Kind != ItemKind.String || !TemporalText.TryParse(atom.Text, out value, out _))
            return false;
        var precision = value.Precision > TemporalPrecision.Day ? TemporalPrecision.Day : value.Precision;
        result = PathItem.Of(ItemKind.Date, new Temporal(Temporal.Truncate(value.Ticks, precision), precision, 0, Temporal.NoOffset));
        return true;
    }

    private static bool ToDateTime(PathMachine m, in PathItem atom, out PathItem result)
    {
        result = atom;
        if (atom.Kind == ItemKind.DateTime)
            return true;
        Temporal value;
        if (atom.Kind == ItemKind.Date)
            value = atom.Temporal;
        else if (atom.Kind != ItemKind.String || !TemporalText.TryParse(atom.Text, out value, out _))
            return false;
        result = PathItem.Of(ItemKind.DateTime, value);
        return true;
    }

    private static bool ToTime(PathMachine m, in PathItem atom, out PathItem result)
    {
        result = atom;
        if (atom.Kind == ItemKind.Time)
            return true;
        if (atom.Kind != ItemKind.String)
            return false;
        var text = atom.Text;
        if (text is [(byte)'T', ..])
            text = text[1..];
        if (!TemporalText.TryParseTime(text, out var value))
            return false;
        result = PathItem.Of(ItemKind.Time, value);
        return true;
    }

    private static bool ToQuantity(PathMachine m, in PathItem atom, out PathItem result)
    {
        result = atom;
        if (atom.Kind == ItemKind.Quantity)
            return true;
        if (atom.Kind != ItemKind.String)
        {
            if (!ToDecimal(m, atom, out var number))
                return false;
            result = PathItem.OfQuantity(number.Number, UnitWords.One, 0, 1, isWord: false);
            return true;
        }
        var text = atom.Text.Trim(" \t"u8);
        var length = text.IndexOfAny(" \t'"u8);
        var digits = length < 0 ? text : text[..length];
        if (!IsNumber(digits, true) || !PathMachine.TryParseDecimal(digits, out var value))
            return false;
        var unit = length < 0 ? "'1'"u8 : text[length..].TrimStart(" \t"u8);
        var isQuoted = unit is [(byte)'\'', _, .., (byte)'\''];
        if (!isQuoted && (!UnitWords.IsWord(Encoding.UTF8.GetString(unit)) || unit.IsEmpty))
            return false;
        var made = m.MakeText(isQuoted ? unit[1..^1] : unit);
        result = PathItem.OfQuantity(value, made.TextBuffer!, made.TextStart, made.TextLength, !isQuoted);
        return true;
    }

    /// <summary>(+|-)?digits, with (.digits)? for a decimal.</summary>
    private static bool IsNumber(ReadOnlySpan<byte> text, bool isDecimal)
    {
        if (text is [(byte)'+' or (byte)'-', ..])
            text = text[1..];
        var point = text.IndexOf((byte)'.');
        if (point >= 0 && isDecimal)
            return IsDigits(text[..point]) && IsDigits(text[(point + 1)..]);
        return IsDigits(text);
    }

    private static bool IsDigits(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}
