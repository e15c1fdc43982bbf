namespace FhirGateway.Fhir.Profiles;

/// <summary>Where the path of a discriminator ends.</summary>
/// <param name="Steps">How to get there in a resource.</param>
/// <param name="Nodes">The definitions of that element, the most specific first.</param>
/// <param name="Types">The types that the slice allows there; of the target, after resolve().</param>
/// <param name="Roots">The profiles that the target may have, after resolve().</param>
internal sealed record DiscriminatorPlace(
    SliceStep[] Steps, IReadOnlyList<ElementNode> Nodes, IReadOnlyList<string> Types, IReadOnlyList<CompiledProfile> Roots);
