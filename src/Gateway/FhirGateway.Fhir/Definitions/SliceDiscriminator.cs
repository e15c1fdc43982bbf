namespace FhirGateway.Fhir.Definitions;

/// <summary>What tells slices apart.</summary>
/// <param name="Type">value, exists, pattern, type or profile.</param>
/// <param name="Path">A restricted FHIRPath: element names, <c>$this</c>, extension(url), resolve(), ofType(type).</param>
public sealed record SliceDiscriminator(string Type, string Path);
