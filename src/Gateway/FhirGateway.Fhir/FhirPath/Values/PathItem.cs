using System.Runtime.CompilerServices;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>
/// One item of a collection, without boxing. What the fields hold depends on <see cref="Kind"/>; only the factories and
/// the readers of this type know.
/// </summary>
internal struct PathItem
{
    /// <summary>The type of a node, the bytes of a text or a unit, the name of a type.</summary>
    private object? reference;
    private long a;
    private long b;
    private int p;
    private int q;

    public ItemKind Kind { get; private set; }

    /// <summary>Of a node: its primitive type.</summary>
    public PrimitiveKind Primitive { get; private set; }

    /// <summary>Of a quantity: the unit is a word of the calendar (<c>day</c>), not of UCUM. Of a type name: it is a type of FHIRPath.</summary>
    public bool IsWord { get; private set; }

    public readonly StructureType? Type => Unsafe.As<StructureType?>(reference);

    /// <summary>Of a node: the token of its value, or -1.</summary>
    public readonly int Value => p;

    /// <summary>Of a node: the token of the object beside a primitive, or -1.</summary>
    public readonly int Sidecar => q;
    public readonly bool IsNode => Kind == ItemKind.Node;
    public readonly bool IsPrimitive => Primitive != PrimitiveKind.None;
    public readonly bool Boolean => a != 0;
    public readonly long Integer => a;
    public readonly decimal Number => Unsafe.BitCast<(long, long), decimal>((a, b));

    /// <summary>The decimal value of an integer or decimal.</summary>
    public readonly decimal Decimal => Kind == ItemKind.Integer ? a : Number;

    /// <summary>The text of a string, or the unit of a quantity.</summary>
    public readonly ReadOnlySpan<byte> Text => new(Unsafe.As<byte[]?>(reference), p, q);
    public readonly byte[]? TextBuffer => Unsafe.As<byte[]?>(reference);
    public readonly int TextStart => p;
    public readonly int TextLength => q;
    public readonly string TypeName => Unsafe.As<string>(reference)!;
    public readonly Temporal Temporal => new(a, (TemporalPrecision)(p & 0xFF), p >> 8, q);

    public static PathItem Of(in FhirPathNode node) => OfNode(node.Value, node.Sidecar, node.Type, node.Primitive);

    public static PathItem OfNode(int value, int sidecar, StructureType? type, PrimitiveKind primitive) =>
        new() { Kind = ItemKind.Node, reference = type, p = value, q = sidecar, Primitive = primitive };

    public static PathItem OfAbsent(StructureType type) => new() { Kind = ItemKind.Absent, reference = type, p = -1, q = -1 };

    public static PathItem Of(bool value) => new() { Kind = ItemKind.Boolean, a = value ? 1 : 0 };

    public static PathItem Of(long value) => new() { Kind = ItemKind.Integer, a = value };

    public static PathItem Of(decimal value)
    {
        var (low, high) = Unsafe.BitCast<decimal, (long, long)>(value);
        return new() { Kind = ItemKind.Decimal, a = low, b = high };
    }

    public static PathItem OfText(byte[] buffer, int start, int length) =>
        new() { Kind = ItemKind.String, reference = buffer, p = start, q = length };

    public static PathItem Of(ItemKind kind, Temporal value) => new()
    {
        Kind = kind,
        a = value.Ticks,
        p = (int)value.Precision | (value.Digits << 8),
        q = value.Offset,
    };

    public static PathItem OfQuantity(decimal value, byte[] unit, int start, int length, bool isWord)
    {
        var (low, high) = Unsafe.BitCast<decimal, (long, long)>(value);
        return new() { Kind = ItemKind.Quantity, a = low, b = high, reference = unit, p = start, q = length, IsWord = isWord };
    }

    public static PathItem OfTypeName(string name, bool isSystem) => new() { Kind = ItemKind.TypeName, reference = name, IsWord = isSystem };

    public readonly PathItem WithNumber(decimal value)
    {
        var (low, high) = Unsafe.BitCast<decimal, (long, long)>(value);
        return this with { a = low, b = high };
    }
}
