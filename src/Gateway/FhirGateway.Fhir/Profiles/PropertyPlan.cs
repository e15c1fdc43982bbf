namespace FhirGateway.Fhir.Profiles;

/// <summary>One JSON property of an object: an element, one type of a choice, or the extensions beside a primitive.</summary>
internal sealed class PropertyPlan
{
    public required byte[] JsonName { get; init; }
    public required uint Hash { get; init; }
    public required ElementPlan Element { get; init; }

    /// <summary>What one value must be.</summary>
    public required ValuePlan Value { get; init; }

    /// <summary>The step of a FHIRPath that leads to it, e.g. <c>value.ofType(Quantity)</c>.</summary>
    public required string Step { get; init; }

    /// <summary><c>_name</c>: the ids and extensions of a primitive.</summary>
    public bool IsSidecar { get; init; }

    /// <summary>The property without the underscore, for a sidecar; the sidecar, for a primitive.</summary>
    public PropertyPlan? Twin { get; set; }

    /// <summary>FHIR knows this type of the choice; a profile, named here, does not allow it.</summary>
    public DefinitionSource? Forbidden { get; init; }
}
