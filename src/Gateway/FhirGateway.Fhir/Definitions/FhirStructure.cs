using System.Collections.Immutable;

namespace FhirGateway.Fhir.Definitions;

/// <summary>What a StructureDefinition says about instances: a type of FHIR, a profile or an extension. Texts for readers are left out.</summary>
public sealed record FhirStructure
{
    /// <summary>Canonical URL without a version.</summary>
    public required string Url { get; init; }
    public string? Version { get; init; }
    public required string Name { get; init; }

    /// <summary>The type that instances have, e.g. <c>Patient</c> or <c>Extension</c>.</summary>
    public required string Type { get; init; }
    public required StructureKind Kind { get; init; }
    public string? BaseDefinition { get; init; }

    /// <summary>A profile (derivation = constraint), not a type of its own.</summary>
    public bool IsConstraint { get; init; }
    public bool IsAbstract { get; init; }

    /// <summary>Where an extension may stand; empty for anything else.</summary>
    public ImmutableArray<ExtensionContext> Contexts { get; init; } = [];

    /// <summary>FHIRPath invariants that the place of an extension must satisfy.</summary>
    public ImmutableArray<string> ContextInvariants { get; init; } = [];

    /// <summary>All elements, in order; empty if there is only a differential and no snapshot could be made of it.</summary>
    public ImmutableArray<ElementDefinition> Snapshot { get; init; } = [];

    /// <summary>Why no snapshot could be made; null if there is one or nobody has tried.</summary>
    public string? SnapshotFault { get; init; }

    /// <summary>The elements that differ from the base, in order.</summary>
    public ImmutableArray<ElementDefinition> Differential { get; init; } = [];

    public override string ToString() => Version is null ? Url : Url + "|" + Version;
}
