namespace FhirGateway.Organizations;

/// <summary>The system of the identifiers that an assigning authority with only a name gives out.</summary>
/// <param name="Namespace">CX.4.1, compared without case.</param>
/// <param name="Uri">Identifier.system.</param>
public sealed record AuthoritySystem(string Namespace, string Uri);
