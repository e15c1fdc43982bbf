namespace FhirGateway.Host.Commands;

/// <summary>What was found in some resources of a file.</summary>
/// <param name="Text">A line for each.</param>
/// <param name="Resources">How many.</param>
/// <param name="Bytes">Of all.</param>
/// <param name="Errors">Fatal ones counted too.</param>
internal sealed record ValidationReport(string Text, int Resources, long Bytes, int Errors);
