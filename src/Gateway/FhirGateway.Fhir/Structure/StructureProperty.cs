namespace FhirGateway.Fhir.Structure;

/// <summary>One JSON property that a type may have; a choice element has one per type.</summary>
internal sealed class StructureProperty
{
    public required byte[] Name { get; init; }
    public required uint Hash { get; init; }

    /// <summary>Position of the element among those of its type; the properties of a choice share it.</summary>
    public required int Element { get; init; }
    public required bool IsArray { get; init; }
    public PrimitiveKind Primitive { get; init; }

    /// <summary>The type of an object; null for a primitive or any resource.</summary>
    public StructureType? Type { get; set; }
    public bool IsResource { get; init; }

    /// <summary>The step of a FHIRPath that leads to it.</summary>
    public required string Step { get; init; }
}
