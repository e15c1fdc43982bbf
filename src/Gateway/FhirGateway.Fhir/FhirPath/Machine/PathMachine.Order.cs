namespace FhirGateway.Fhir.FhirPath;

/// <summary>Order of values (FHIRPath, "Comparison").</summary>
internal sealed partial class PathMachine
{
    /// <summary>Orders two items; null if precision or units leave it open. Types that have no order are a fault.</summary>
    public int? Compare(in PathItem x, in PathItem y, int position)
    {
        if (!TryAtom(x, out var left) || !TryAtom(y, out var right))
        {
            if (x.IsNode && y.IsNode && (x.IsPrimitive || IsQuantity(x)) && (y.IsPrimitive || IsQuantity(y)))
                return null;
            if (x.Kind == ItemKind.Absent || y.Kind == ItemKind.Absent)
                IsIncomplete = true;
            else if (!IsWithoutValue(x) && !IsWithoutValue(y))
                Fail("Only values that have an order can be compared", position);
            return null;
        }
        return CompareAtoms(left, right, position);
    }

    public int? CompareAtoms(in PathItem x, in PathItem y, int position)
    {
        switch (x.Kind)
        {
            case ItemKind.String when y.Kind == ItemKind.String:
                return x.Text.SequenceCompareTo(y.Text);
            case ItemKind.Integer or ItemKind.Decimal when y.Kind is ItemKind.Integer or ItemKind.Decimal:
                return x.Decimal.CompareTo(y.Decimal);
            case ItemKind.Date or ItemKind.DateTime when y.Kind is ItemKind.Date or ItemKind.DateTime:
            case ItemKind.Time when y.Kind == ItemKind.Time:
                return Temporal.Compare(x.Temporal, y.Temporal);
        }
        if (AsQuantity(x) is { } left && AsQuantity(y) is { } right)
            return UnitConversion.TryConvert(left, right, out var value) ? value.CompareTo(right.Number) : null;
        Fail("Values of these types have no order", position);
        return null;
    }

    private bool IsWithoutValue(in PathItem item) => item.IsNode && (item.IsPrimitive || IsQuantity(item));
}
