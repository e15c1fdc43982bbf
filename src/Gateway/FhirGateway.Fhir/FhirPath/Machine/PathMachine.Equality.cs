using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>Equality and equivalence (FHIRPath, "Equality").</summary>
internal sealed partial class PathMachine
{
    /// <summary><c>=</c> of two items.</summary>
    public Truth Equal(in PathItem x, in PathItem y)
    {
        if (!Step())
            return Truth.Empty;
        if (x.IsNode && y.IsNode && EqualNodes(x, y) is { } sure)
            return sure;
        if (x.Kind == ItemKind.Absent || y.Kind == ItemKind.Absent)
        {
            IsIncomplete = true;
            return Truth.Empty;
        }
        if (TryAtom(x, out var left) && TryAtom(y, out var right))
            return EqualAtoms(left, right);
        return Truth.False;
    }

    /// <summary>Whether two items are equal, with nothing in between.</summary>
    public bool Same(in PathItem x, in PathItem y) => Equal(x, y) == Truth.True;

    /// <summary><c>=</c> of the collections above <paramref name="left"/> and above <paramref name="right"/>, in order.</summary>
    public Truth EqualCollections(int left, int right)
    {
        var (count, other) = (right - left, top - right);
        if (count == 0 || other == 0)
            return Truth.Empty;
        if (count != other)
            return Truth.False;
        var result = Truth.True;
        for (var i = 0; i < count; i++)
        {
            var one = Equal(stack[left + i], stack[right + i]);
            if (one == Truth.False)
                return Truth.False;
            if (one == Truth.Empty)
                result = Truth.Empty;
        }
        return result;
    }

    /// <summary><c>~</c> of two collections, in any order.</summary>
    public bool EquivalentCollections(int left, int right)
    {
        var count = right - left;
        if (count != top - right)
            return false;
        var used = top;
        for (var i = 0; i < count; i++)
            Push(PathItem.Of(false));
        for (var i = 0; i < count && !stopped; i++)
        {
            var found = false;
            for (var j = 0; j < count && !found && Step(); j++)
            {
                if (stack[used + j].Boolean || !Equivalent(stack[left + i], stack[right + j]))
                    continue;
                stack[used + j] = PathItem.Of(true);
                found = true;
            }
            if (!found)
                return false;
        }
        return !stopped;
    }

    public bool Equivalent(in PathItem x, in PathItem y)
    {
        var (hasLeft, hasRight) = (TryAtom(x, out var left), TryAtom(y, out var right));
        if (hasLeft && hasRight)
            return EquivalentAtoms(left, right);
        return !hasLeft && !hasRight && x.IsNode && y.IsNode && EqualNodes(x, y) == Truth.True;
    }

    public Truth EqualAtoms(in PathItem x, in PathItem y)
    {
        switch (x.Kind)
        {
            case ItemKind.String:
                return Is(y.Kind == ItemKind.String && x.Text.SequenceEqual(y.Text));
            case ItemKind.Boolean:
                return Is(y.Kind == ItemKind.Boolean && x.Boolean == y.Boolean);
            case ItemKind.Integer or ItemKind.Decimal when y.Kind is ItemKind.Integer or ItemKind.Decimal:
                return Is(x.Decimal == y.Decimal);
            case ItemKind.Date or ItemKind.DateTime when y.Kind is ItemKind.Date or ItemKind.DateTime:
            case ItemKind.Time when y.Kind == ItemKind.Time:
                return Temporal.Compare(x.Temporal, y.Temporal) is { } order ? Is(order == 0) : Truth.Empty;
            case ItemKind.TypeName:
                return Is(y.Kind == ItemKind.TypeName && x.TypeName == y.TypeName && x.IsWord == y.IsWord);
        }
        if (AsQuantity(x) is not { } left || AsQuantity(y) is not { } right)
            return Truth.False;
        return UnitConversion.TryConvert(left, right, out var value) ? Is(value == right.Number) : Truth.Empty;
    }

    /// <summary>A number stands for a quantity of unit 1 if the other side is a quantity.</summary>
    public static PathItem? AsQuantity(in PathItem item) => item.Kind switch
    {
        ItemKind.Quantity => item,
        ItemKind.Integer or ItemKind.Decimal => PathItem.OfQuantity(item.Decimal, UnitWords.One, 0, 1, isWord: false),
        _ => null,
    };

    private static Truth Is(bool value) => value ? Truth.True : Truth.False;

    private bool EquivalentAtoms(in PathItem x, in PathItem y)
    {
        switch (x.Kind)
        {
            case ItemKind.String when y.Kind == ItemKind.String:
                return EquivalentTexts.AreEquivalent(x.Text, y.Text);
            case ItemKind.Integer or ItemKind.Decimal when y.Kind is ItemKind.Integer or ItemKind.Decimal:
                return EquivalentNumbers(x.Decimal, y.Decimal);
            case ItemKind.Quantity when y.Kind == ItemKind.Quantity:
                return EquivalentQuantities(x, y);
            default:
                return EqualAtoms(x, y) == Truth.True;
        }
    }

    /// <summary>The less precise of both may be in the larger unit: 4 g is 4040 mg, which are 4.04 g.</summary>
    private static bool EquivalentQuantities(in PathItem x, in PathItem y)
    {
        if (!UnitConversion.TryConvert(x, y, out var left) || !UnitConversion.TryConvert(y, x, out var right))
            return UnitConversion.Unit(x) == UnitConversion.Unit(y) && EquivalentNumbers(x.Number, y.Number);
        return EquivalentNumbers(left, y.Number) || EquivalentNumbers(x.Number, right);
    }

    /// <summary>Equal when rounded to the less precise of both.</summary>
    private static bool EquivalentNumbers(decimal x, decimal y)
    {
        var (left, right) = (Numbers.Trim(x), Numbers.Trim(y));
        var scale = Math.Min(left.Scale, right.Scale);
        return Math.Round(left, scale, MidpointRounding.AwayFromZero) == Math.Round(right, scale, MidpointRounding.AwayFromZero);
    }

    /// <summary>Two elements of which one look at the tokens says enough; null if their values must be read.</summary>
    private Truth? EqualNodes(in PathItem x, in PathItem y)
    {
        if (x.Value == y.Value && x.Sidecar == y.Sidecar)
            return Truth.True;
        if (x.Value < 0 || y.Value < 0)
            return Is(x.Value == y.Value && x.Sidecar >= 0 && y.Sidecar >= 0 && SameTokens(x.Sidecar, y.Sidecar));
        if (tokens[x.Value].Kind == JsonKind.String && tokens[y.Value].Kind == JsonKind.String && IsText(x.Primitive) && IsText(y.Primitive))
            return Is(SameText(x.Value, y.Value));
        if (x.IsPrimitive || y.IsPrimitive)
            return null;
        if (SameTokens(x.Value, y.Value))
            return Truth.True;
        return IsQuantity(x) && IsQuantity(y) ? null : Truth.False;
    }

    private static bool IsText(PrimitiveKind kind) =>
        kind is not (PrimitiveKind.None or PrimitiveKind.Date or PrimitiveKind.DateTime or PrimitiveKind.Instant or PrimitiveKind.Time);

    private bool SameText(int x, int y) =>
        !tokens[x].IsEscaped && !tokens[y].IsEscaped ? Raw(x).SequenceEqual(Raw(y)) : TokenText(x).Text.SequenceEqual(TokenText(y).Text);

    /// <summary>Equal as JSON: objects in any order of their properties, numbers by value.</summary>
    private bool SameTokens(int x, int y)
    {
        if (x == y)
            return true;
        if (!Step() || tokens[x].Kind != tokens[y].Kind)
            return false;
        switch (tokens[x].Kind)
        {
            case JsonKind.String:
                return SameText(x, y);
            case JsonKind.Number:
                return Raw(x).SequenceEqual(Raw(y))
                    || (TryParseDecimal(Raw(x), out var left) && TryParseDecimal(Raw(y), out var right) && left == right);
            case JsonKind.Array:
                return SameItems(x, y);
            case JsonKind.Object:
                return SameProperties(x, y);
            default:
                return true;
        }
    }

    private bool SameItems(int x, int y)
    {
        var (i, j) = (x + 1, y + 1);
        while (i < tokens[x].Next && j < tokens[y].Next && !stopped)
        {
            if (!SameTokens(i, j))
                return false;
            (i, j) = (tokens[i].Next, tokens[j].Next);
        }
        return i == tokens[x].Next && j == tokens[y].Next;
    }

    private bool SameProperties(int x, int y)
    {
        var count = 0;
        for (var i = y + 1; i < tokens[y].Next; i = tokens[i + 1].Next)
            count++;
        for (var i = x + 1; i < tokens[x].Next && Step(1 + (count >> 3)); i = tokens[i + 1].Next, count--)
        {
            var other = tape.Find(y, Bytes(i));
            if (other < 0 || !SameTokens(i + 1, other))
                return false;
        }
        return count == 0 && !stopped;
    }
}
