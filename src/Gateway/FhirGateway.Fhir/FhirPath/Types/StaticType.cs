using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>What is known of a result before there is a resource.</summary>
internal sealed record StaticType
{
    /// <summary>Nothing is known.</summary>
    public static StaticType Unknown { get; } = new() { IsUnknown = true, IsMany = true };

    /// <summary>The result of <c>{}</c>.</summary>
    public static StaticType Nothing { get; } = new();

    public bool IsUnknown { get; init; }

    /// <summary>There can be more than one item.</summary>
    public bool IsMany { get; init; }

    /// <summary>The items come in no order.</summary>
    public bool IsUnordered { get; init; }

    /// <summary>The types that an item can have.</summary>
    public IReadOnlyList<OneType> Types { get; init; } = [];

    public static StaticType Of(ItemKind kind) => new() { Types = [new OneType(kind, PrimitiveKind.None, null)] };

    public static StaticType Of(StructureType type) => new() { Types = [new OneType(ItemKind.Node, PrimitiveKind.None, type)] };

    public static StaticType Of(PrimitiveKind kind) => new() { Types = [new OneType(ItemKind.Node, kind, null)] };

    public StaticType Or(StaticType other) => IsUnknown || other.IsUnknown ? Unknown : this with
    {
        Types = [.. Types.Union(other.Types)],
        IsMany = IsMany || other.IsMany,
        IsUnordered = IsUnordered || other.IsUnordered,
    };

    /// <summary>The kinds of value that it can be; null if nothing is known.</summary>
    public IReadOnlyList<ItemKind>? Kinds => IsUnknown ? null : [.. Types.Select(t => t.Value)];

    public string Text => string.Join(" | ", Types.Select(t => t.Name));

    /// <summary>One type: of FHIRPath, a primitive, or one with elements.</summary>
    internal readonly record struct OneType(ItemKind Kind, PrimitiveKind Primitive, StructureType? Structure)
    {
        public string Name => Structure?.Name ?? (Primitive == PrimitiveKind.None ? "System." + Kind : PrimitiveTypes.Name(Primitive));

        /// <summary>The value of FHIRPath that it is or holds; <see cref="ItemKind.Node"/> for none.</summary>
        public ItemKind Value => Primitive != PrimitiveKind.None ? PrimitiveTypes.System(Primitive)
            : Structure is null ? Kind
            : Structure.Name == "Quantity" || Structure.Parent?.Name == "Quantity" ? ItemKind.Quantity : ItemKind.Node;
    }
}
