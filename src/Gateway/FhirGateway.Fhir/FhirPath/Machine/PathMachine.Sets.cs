using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>Collections as sets, in time that grows with their size and not with its square.</summary>
internal sealed partial class PathMachine
{
    private readonly Stack<ItemSet> spare = new();

    public PatternCache Patterns { get; } = new();

    public ItemSet Lend() => spare.TryPop(out var set) ? set : new ItemSet();

    public void GiveBack(ItemSet set)
    {
        set.Clear();
        if (spare.Count < 8)
            spare.Push(set);
    }

    /// <summary>Keeps the first of equal items above <paramref name="start"/>.</summary>
    public void Distinct(int start)
    {
        if (top - start < 2)
            return;
        var set = Lend();
        var kept = start;
        for (var i = start; i < top && !stopped; i++)
        {
            var item = stack[i];
            if (set.TryAdd(this, item, kept))
                stack[kept++] = item;
        }
        top = kept;
        GiveBack(set);
    }

    /// <summary>Whether no item above <paramref name="start"/> equals another.</summary>
    public bool AreDistinct(int start)
    {
        var set = Lend();
        var result = true;
        for (var i = start; i < top && result && !stopped; i++)
            result = set.TryAdd(this, stack[i], i);
        GiveBack(set);
        return result;
    }

    /// <summary>Whether each item of the first range is in the second.</summary>
    public bool AllIn(int from, int to, int set, int setEnd)
    {
        if (to - from <= 1)
            return to == from || IsIn(stack[from], set, setEnd);
        var other = SetOf(set, setEnd);
        var result = true;
        for (var i = from; i < to && result && !stopped; i++)
            result = other.Contains(this, stack[i]);
        GiveBack(other);
        return result;
    }

    public bool IsIn(in PathItem item, int set, int end)
    {
        for (var i = set; i < end && !stopped; i++)
            if (Same(stack[i], item))
                return true;
        return false;
    }

    /// <summary>Keeps the items between <paramref name="left"/> and <paramref name="right"/> that are, or are not, above <paramref name="right"/>.</summary>
    public void Filter(int left, int right, bool keepMembers)
    {
        var other = SetOf(right, top);
        var kept = left;
        for (var i = left; i < right && !stopped; i++)
            if (other.Contains(this, stack[i]) == keepMembers)
                stack[kept++] = stack[i];
        GiveBack(other);
        top = kept;
    }

    /// <summary>A hash that equal items share.</summary>
    public int Hash(in PathItem item)
    {
        if (item is { Kind: ItemKind.Node, Value: >= 0, IsPrimitive: false } && !IsQuantity(item))
            return HashObject(item.Value);
        if (!TryAtom(item, out var atom))
            return item.Sidecar >= 0 ? 3 : 5;
        switch (atom.Kind)
        {
            case ItemKind.String:
                return (int)JsonText.Hash(atom.Text);
            case ItemKind.Integer or ItemKind.Decimal or ItemKind.Quantity:
                // A number equals a quantity of unit 1, and quantities of two units can be equal.
                return atom.Kind == ItemKind.Quantity ? 7 : atom.Decimal.GetHashCode();
            case ItemKind.Boolean:
                return atom.Boolean ? 11 : 13;
            case ItemKind.Date or ItemKind.DateTime or ItemKind.Time:
                var value = atom.Temporal;
                return Temporal.Truncate(value.HasOffset ? value.Ticks - (value.Offset * TimeSpan.TicksPerMinute) : value.Ticks, value.Precision).GetHashCode();
            default:
                return 17;
        }
    }

    private ItemSet SetOf(int start, int end)
    {
        var set = Lend();
        for (var i = start; i < end && !stopped; i++)
            set.TryAdd(this, stack[i], i);
        return set;
    }

    private int HashObject(int obj)
    {
        var sum = 19;
        if (tokens[obj].Kind != JsonKind.Object)
            return sum;
        for (var i = obj + 1; i < tokens[obj].Next && Step(); i = tokens[i + 1].Next)
        {
            var hash = tokens[i].Next;
            if (tokens[i + 1].Kind == JsonKind.String)
                hash ^= (int)JsonText.Hash(Bytes(i + 1)) * 31;
            else if (tokens[i + 1].Kind == JsonKind.Object)
                hash ^= HashObject(i + 1) * 17;
            sum += hash;
        }
        return sum;
    }
}
