namespace FhirGateway.Fhir.Profiles;

/// <summary>How often one element may occur in its object, and how its repetitions are told apart.</summary>
internal sealed class ElementPlan
{
    /// <summary>Name without the type of a choice.</summary>
    public required string Name { get; init; }

    /// <summary>Position in the object.</summary>
    public required int Index { get; init; }
    public required int Min { get; init; }
    public required int Max { get; init; }
    public required DefinitionSource MinSource { get; init; }
    public required DefinitionSource MaxSource { get; init; }

    /// <summary>An array in JSON, whatever a profile says.</summary>
    public required bool IsArray { get; init; }
    public SlicerPlan[] Slicers { get; set; } = [];

    /// <summary>For a choice: types of which a profile requires that the value has them.</summary>
    public (string Type, byte[] JsonName, DefinitionSource Source)[] RequiredTypes { get; set; } = [];
}
