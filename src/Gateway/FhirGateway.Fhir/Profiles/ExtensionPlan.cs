using System.Collections.Frozen;

namespace FhirGateway.Fhir.Profiles;

/// <summary>An extension that a package defines.</summary>
internal sealed class ExtensionPlan
{
    public required ValuePlan Value { get; init; }
    public required DefinitionSource Source { get; init; }

    /// <summary>Paths of elements and types where it may stand; empty if the definition sets no limit that can be checked here.</summary>
    public required FrozenSet<string> Contexts { get; init; }

    /// <summary>URLs of the extensions that it may stand in.</summary>
    public required FrozenSet<string> ExtensionContexts { get; init; }

    /// <summary>Some contexts are FHIRPaths, which are not checked.</summary>
    public required bool HasOpenContext { get; init; }

    /// <summary>It changes the meaning of what it stands in, and so belongs into modifierExtension.</summary>
    public required bool IsModifier { get; init; }
}
