using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>An element with the id that the tables give it (<see cref="ElementId"/>).</summary>
internal sealed record TableElement(string Id, ElementDefinition Definition);
