namespace FhirGateway.Fhir.Definitions;

/// <summary>One place where an extension may stand (StructureDefinition.context).</summary>
/// <param name="Type">fhirpath, element or extension.</param>
/// <param name="Expression">A FHIRPath, the path of an element, or the URL of an extension.</param>
public sealed record ExtensionContext(string Type, string Expression);
