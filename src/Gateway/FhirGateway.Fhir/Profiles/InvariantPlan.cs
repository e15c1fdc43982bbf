using FhirGateway.Fhir.FhirPath;

namespace FhirGateway.Fhir.Profiles;

/// <summary>An invariant, compiled.</summary>
internal sealed record InvariantPlan(string Key, bool IsError, FhirPathExpression Expression, DefinitionSource Source)
{
    /// <summary>Its expression as the definition gives it.</summary>
    public required string Text { get; init; }

    /// <summary>It asks what the resource declares in meta.profile.</summary>
    public bool IsAboutDeclaration => Text.StartsWith("meta.profile", StringComparison.Ordinal);

    /// <summary>What it asks for.</summary>
    public required string Message { get; init; }

    /// <summary>Cheap test that tells when it cannot fail.</summary>
    public InvariantAnchor Anchor { get; init; }
}
