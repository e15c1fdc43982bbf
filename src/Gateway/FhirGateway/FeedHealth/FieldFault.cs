namespace FhirGateway.FeedHealth;

/// <summary>What was wrong with a field of a message.</summary>
/// <param name="Location">The field, such as PID-7.</param>
/// <param name="Code">A constant of <see cref="Normalization.Adt.AdtIssueCodes"/>.</param>
public readonly record struct FieldFault(string Location, string Code);
