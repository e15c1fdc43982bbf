using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>Types of items.</summary>
internal sealed partial class PathMachine
{
    /// <summary><c>is</c>: of the type or of one that extends it.</summary>
    public Truth IsOfType(in PathItem item, TypeSpecifier specifier)
    {
        var type = specifier.Resolve(table);
        if (item.IsNode && item is { IsPrimitive: false, Type: null })
        {
            IsIncomplete = true;
            return Truth.Empty;
        }
        if (Matches(item, type))
            return Truth.True;
        // The authors of R4's invariants write "is Boolean" of an element (que-7).
        var meant = IsInvariant && type is { IsUnqualified: true, System: { } system } && item.IsPrimitive
            && PrimitiveTypes.System(item.Primitive) == system;
        return meant ? Truth.True : Truth.False;
    }

    /// <summary><c>as</c> and <c>ofType</c>: a primitive must be of the type itself.</summary>
    public bool IsExactly(in PathItem item, TypeSpecifier specifier)
    {
        var type = specifier.Resolve(table);
        return item.IsPrimitive && type.Primitive != PrimitiveKind.None ? item.Primitive == type.Primitive : Matches(item, type);
    }

    /// <summary>The name of the type of an item, without namespace.</summary>
    public static string TypeName(in PathItem item) => item.Kind switch
    {
        ItemKind.Node or ItemKind.Absent when item.IsPrimitive => PrimitiveTypes.Name(item.Primitive),
        ItemKind.Node or ItemKind.Absent => NameOf(item.Type),
        ItemKind.TypeName => "TypeInfo",
        _ => item.Kind.ToString(),
    };

    /// <summary>Types of nested elements have no name of their own in FHIR.</summary>
    private static string NameOf(StructureType? type)
    {
        if (type is null)
            return "Element";
        return type.Name.Contains('.', StringComparison.Ordinal) ? type.Parent?.Name ?? "Element" : type.Name;
    }

    private bool Matches(in PathItem item, PathType type)
    {
        if (item.Kind is not (ItemKind.Node or ItemKind.Absent))
            return type.System == item.Kind;
        if (item.IsPrimitive)
            return PrimitiveTypes.Is(item.Primitive, type.Primitive) || type.Structure == table.Element;
        if (type.Structure is null)
            return false;
        for (var own = item.Type; own is not null; own = own.Parent)
            if (own == type.Structure)
                return true;
        return false;
    }
}
