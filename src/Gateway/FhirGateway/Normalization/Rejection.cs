namespace FhirGateway.Normalization;

/// <summary>Why an item cannot be taken, as a value. Never carries a value of the item.</summary>
/// <param name="Reason">One of FhirGateway.Contracts.ReasonCodes.</param>
/// <param name="Path">Where in the resource, e.g. Patient.id; null where that is not known.</param>
/// <param name="Position">Byte offset within the line, from 0.</param>
public sealed record Rejection(string Reason, string? Path, int Position);
