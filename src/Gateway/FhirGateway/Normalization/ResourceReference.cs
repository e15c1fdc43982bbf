namespace FhirGateway.Normalization;

/// <summary>A resolved reference inside a normalized resource: the published identity of its target within the same source.</summary>
public readonly record struct ResourceReference(string Type, Guid Id);
