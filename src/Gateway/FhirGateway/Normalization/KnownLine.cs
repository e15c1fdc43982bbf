namespace FhirGateway.Normalization;

/// <summary>How a resource's current content arrived.</summary>
/// <param name="Mark">Of the line and the settings under which it was read (<see cref="LineMark"/>).</param>
/// <param name="Findings">Number of what validation found in it; 0 for nothing.</param>
public readonly record struct KnownLine(Guid Mark, int Findings);
