using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>
/// One element on a tape: where its value is, where the object with its id and extensions is if it is a primitive
/// (json.html#primitive), and its type. Valid as long as the tape holds the same resource.
/// </summary>
public readonly record struct FhirPathNode
{
    internal FhirPathNode(int value, int sidecar, StructureType? type, PrimitiveKind primitive)
    {
        Value = value;
        Sidecar = sidecar;
        Type = type;
        Primitive = primitive;
    }

    /// <summary>Token of the value, or -1 if there are only extensions.</summary>
    public int Value { get; }

    /// <summary>Token of the object beside a primitive (<c>_name</c>), or -1.</summary>
    public int Sidecar { get; }

    /// <summary>The type of a primitive; <see cref="PrimitiveKind.None"/> for anything else.</summary>
    public PrimitiveKind Primitive { get; }

    internal StructureType? Type { get; }

    /// <summary>A resource, a datatype or a nested element, which is an object in JSON.</summary>
    internal static FhirPathNode Of(int value, StructureType? type) => new(value, -1, type, PrimitiveKind.None);

    /// <summary>A primitive.</summary>
    internal static FhirPathNode Of(int value, int sidecar, PrimitiveKind primitive) => new(value, sidecar, null, primitive);
}
