using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>
/// Follows the types through an expression (FHIRPath, "Type Safety and Strict Evaluation"). It finds fault only where no
/// resource could make the step meaningful.
/// </summary>
internal sealed class TypeChecker(StructureTable table, StaticType context, StaticType resource)
{
    private readonly List<FhirPathFault> faults = [];

    public IReadOnlyList<FhirPathFault> Faults => faults;

    public StaticType Check(PathNode node, StaticType focus)
    {
        switch (node)
        {
            case LiteralNode literal:
                return literal.Value is { } value ? StaticType.Of(value.Kind) : StaticType.Nothing;
            case FocusNode name:
                return Check(name, focus);
            case OwnChildNode child:
                return IsName(focus, child.Name.Text) ? focus : Child(focus, child.Name, child.Position);
            case ChildNode child:
                return Child(Check(child.Input, focus), child.Name, child.Position);
            case TypeNode type:
                return Check(type, focus);
            case IndexerNode:
                var list = Check(node.Operands[0], focus);
                Check(node.Operands[1], focus);
                return Ordered(list, node.Position) with { IsMany = false };
            case UnionNode:
                return Check(node.Operands[0], focus).Or(Check(node.Operands[1], focus)) with { IsMany = true };
            case ArithmeticNode arithmetic:
                return Arithmetic(arithmetic, focus);
            case SignNode:
                return Check(node.Operands[0], focus);
            case ConcatenationNode:
                CheckAll(node, focus);
                return StaticType.Of(ItemKind.String);
            case WhereNode or AllNode or SelectNode or RepeatNode or AggregateNode or SortNode:
                return CheckEach(node, focus);
            case IifNode:
                return Iif(node, focus);
            case FunctionNode function:
                return Function(function.Name, function, focus);
            case TruthFunctionNode function:
                Function(function.Name, function, focus);
                return StaticType.Of(ItemKind.Boolean);
            default:
                CheckAll(node, focus);
                return StaticType.Of(ItemKind.Boolean);
        }
    }

    private static bool IsName(StaticType focus, string name)
    {
        if (!char.IsAsciiLetterUpper(name[0]))
            return false;
        foreach (var type in focus.Types)
            for (var one = type.Structure; one is not null; one = one.Parent)
                if (one.Name == name)
                    return true;
        return false;
    }

    private StaticType Check(FocusNode name, StaticType focus) => name.Which switch
    {
        FocusNode.Name.This => focus,
        FocusNode.Name.Index => StaticType.Of(ItemKind.Integer),
        FocusNode.Name.Resource => resource,
        FocusNode.Name.Context => context,
        _ => StaticType.Unknown,
    };

    private void CheckAll(PathNode node, StaticType focus)
    {
        foreach (var operand in node.Operands)
            Check(operand, focus);
    }

    private StaticType Child(StaticType input, ElementName name, int position)
    {
        if (input.IsUnknown)
            return StaticType.Unknown;
        if (input.Types.Count == 0)
            return StaticType.Nothing;
        StaticType? found = null;
        foreach (var type in input.Types)
        {
            var structure = type.Structure ?? (type.Primitive == PrimitiveKind.None ? null : table.Element);
            if (structure is null || ChildTable.Of(structure).Find(name) is not { } child)
                continue;
            foreach (var property in child.Properties)
                found = found is null ? Of(property) : found.Or(Of(property));
        }
        if (found is null)
        {
            Fail($"{input.Text} has no element {name.Text}", position);
            return StaticType.Unknown;
        }
        return found with { IsMany = found.IsMany || input.IsMany, IsUnordered = input.IsUnordered };
    }

    private static StaticType Of(StructureProperty property)
    {
        if (property.IsResource)
            return StaticType.Unknown;
        var type = property.Primitive != PrimitiveKind.None ? StaticType.Of(property.Primitive) : StaticType.Of(property.Type!);
        return type with { IsMany = property.IsArray };
    }

    private StaticType Check(TypeNode node, StaticType focus)
    {
        var input = Check(node.Operands[0], focus);
        var type = node.Type.Resolve(table);
        if (node.Which == TypeNode.Operator.Is)
            return StaticType.Of(ItemKind.Boolean);
        if (type.IsUnknown)
        {
            Fail($"There is no type {node.Type.Text}", node.Position);
            return StaticType.Unknown;
        }
        var result = type.Structure is not null ? StaticType.Of(type.Structure)
            : type.Primitive != PrimitiveKind.None ? StaticType.Of(type.Primitive)
            : type.System is { } kind ? StaticType.Of(kind) : StaticType.Unknown;
        return result with { IsMany = input.IsMany, IsUnordered = input.IsUnordered };
    }

    private StaticType Arithmetic(ArithmeticNode node, StaticType focus)
    {
        var left = Check(node.Operands[0], focus);
        var right = Check(node.Operands[1], focus);
        if (left.Kinds is not [var x] || right.Kinds is not [var y])
            return StaticType.Unknown with { IsMany = false };
        if (x is ItemKind.Date or ItemKind.DateTime or ItemKind.Time)
        {
            if (y != ItemKind.Quantity)
                Fail($"{node.Operator} is not for {left.Text} and {right.Text}", node.Position);
            return StaticType.Of(x);
        }
        return x == y && !(x == ItemKind.Integer && node.Operator == "/") ? StaticType.Of(x) : StaticType.Unknown with { IsMany = false };
    }

    private StaticType CheckEach(PathNode node, StaticType focus)
    {
        var input = Check(node.Operands[0], focus);
        var result = input;
        foreach (var argument in node.Operands[1..])
            result = Check(argument, node is RepeatNode ? StaticType.Unknown : input with { IsMany = false });
        return node switch
        {
            WhereNode or SortNode => input,
            AllNode => StaticType.Of(ItemKind.Boolean),
            SelectNode => result with { IsMany = result.IsMany || input.IsMany, IsUnordered = input.IsUnordered },
            _ => StaticType.Unknown,
        };
    }

    private StaticType Iif(PathNode node, StaticType focus)
    {
        var input = Check(node.Operands[0], focus);
        var item = input.Types.Count == 0 && !input.IsUnknown ? focus : input;
        var criterion = Check(node.Operands[1], item);
        // An element is true if it is there; a value that is no boolean is a slip.
        var isSlip = criterion is { IsUnknown: false, Types.Count: > 0 } && criterion.Types.All(t => t.Kind is not (ItemKind.Node or ItemKind.Boolean));
        if (isSlip)
            Fail("The criterion of iif() is no boolean", node.Operands[1].Position);
        var result = StaticType.Nothing;
        foreach (var branch in node.Operands[2..])
            result = result.Or(Check(branch, item));
        return result;
    }

    private StaticType Function(string name, PathNode node, StaticType focus)
    {
        var input = Check(node.Operands[0], focus);
        var other = StaticType.Nothing;
        foreach (var argument in node.Operands[1..])
            other = other.Or(Check(argument, focus));
        switch (name)
        {
            case "first" or "last":
                return Ordered(input, node.Position) with { IsMany = false };
            case "tail" or "skip" or "take":
                return Ordered(input, node.Position);
            case "single":
                return input with { IsMany = false };
            case "distinct" or "intersect" or "exclude" or "trace":
                return input;
            case "combine":
                return input.Or(other) with { IsMany = true };
            case "children" or "descendants":
                return StaticType.Unknown with { IsUnordered = true };
            case "extension":
                return table.FindType("Extension") is { } extension ? StaticType.Of(extension) with { IsMany = true } : StaticType.Unknown;
        }
        if (FunctionTypes.IsForStrings(name) && input.Kinds is { Count: > 0 } kinds && kinds.All(k => k is ItemKind.Node or ItemKind.Boolean or ItemKind.Quantity))
            Fail($"{name}() is for strings, not for {input.Text}", node.Position);
        return FunctionTypes.Result(name) is { } kind ? StaticType.Of(kind) : StaticType.Unknown;
    }

    private StaticType Ordered(StaticType input, int position)
    {
        if (input.IsUnordered)
            Fail("The items come in no order", position);
        return input;
    }

    private void Fail(string message, int position) => faults.Add(new(message, position));
}
