namespace FhirGateway.Normalization.Adt;

/// <summary>A field that was lost or kept as local; the message went on without it.</summary>
/// <param name="Code">A constant of <see cref="AdtIssueCodes"/>.</param>
/// <param name="Location">Where, such as PID-7 or DG1[2]-5; never a value.</param>
public readonly record struct AdtIssue(string Code, string Location);
