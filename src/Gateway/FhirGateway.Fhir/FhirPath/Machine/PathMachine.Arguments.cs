using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>Arguments of functions: single values of one type.</summary>
internal sealed partial class PathMachine
{
    /// <summary>The one integer that a step gives; false if there is none. Another type is a fault.</summary>
    public bool TryInteger(PathNode node, out long value)
    {
        value = 0;
        if (!TrySingle(node, out var item) || !TryAtom(item, out var atom))
            return false;
        if (atom.Kind == ItemKind.Integer)
        {
            value = atom.Integer;
            return true;
        }
        Fail("An integer is expected here", node.Position);
        return false;
    }

    /// <summary>The one text that a step gives; false if there is none.</summary>
    public bool TryText(PathNode node, out PathItem text)
    {
        text = default;
        if (!TrySingle(node, out var item))
            return false;
        if (TryString(item, out text))
            return true;
        if (TryAtom(item, out _) || !item.IsPrimitive)
            Fail("A string is expected here", node.Position);
        return false;
    }

    /// <summary>The one item that a step gives.</summary>
    public bool TrySingle(PathNode node, out PathItem item)
    {
        var start = top;
        node.Push(this);
        return TakeSingle(start, node.Position, out item);
    }

    /// <summary>Takes the one text of the input; false if there is none. Another type is a fault.</summary>
    public bool TakeText(int start, int position, out PathItem text)
    {
        text = default;
        if (!TakeSingle(start, position, out var item))
            return false;
        if (TryString(item, out text))
            return true;
        if (item.Kind == ItemKind.Absent)
            IsIncomplete = true;
        else if (!item.IsPrimitive || TryAtom(item, out _))
            Fail("The function is for strings", position);
        return false;
    }

    /// <summary>Takes the one value of the input.</summary>
    public bool TakeAtom(int start, int position, out PathItem atom)
    {
        atom = default;
        return TakeSingle(start, position, out var item) && TryAtom(item, out atom);
    }

    /// <summary>Two texts as one.</summary>
    public PathItem Join(in PathItem x, in PathItem y)
    {
        if (y.TextLength == 0)
            return x;
        if (x.TextLength == 0)
            return y;
        var room = Make(x.TextLength + y.TextLength);
        if (room.IsEmpty)
            return x;
        x.Text.CopyTo(room);
        y.Text.CopyTo(room[x.TextLength..]);
        return Made(room.Length);
    }

    /// <summary><c>item = 'literal'</c>, the most frequent comparison.</summary>
    public Truth EqualsLiteral(in PathItem item, in PathItem literal)
    {
        if (item is { Kind: ItemKind.Node, Value: >= 0 } && tokens[item.Value] is { Kind: JsonKind.String, IsEscaped: false } && IsText(item.Primitive))
            return Is(Raw(item.Value).SequenceEqual(literal.Text));
        return Equal(item, literal);
    }
}
