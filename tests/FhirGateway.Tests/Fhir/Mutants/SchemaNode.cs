using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>An object's definition: a structure, and the path of an element in it, e.g. <c>Patient.contact</c>.</summary>
internal sealed record SchemaNode(FhirStructure Structure, string Path);
