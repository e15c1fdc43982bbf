namespace FhirGateway.Fhir.Profiles;

/// <summary>What a Reference may point to.</summary>
internal sealed class ReferencePlan
{
    /// <summary>Resource types; empty for any.</summary>
    public required byte[][] Types { get; init; }

    /// <summary>The target profiles that are more than a type.</summary>
    public required CompiledProfile[] Profiles { get; init; }

    /// <summary>One of the targets is a plain type.</summary>
    public required bool IsPlain { get; init; }

    /// <summary>For a message.</summary>
    public required string Expected { get; init; }
    public required DefinitionSource Source { get; init; }
}
