namespace FhirGateway.Attributions;

/// <summary>A row that was not taken: its line, the column at fault and why, without the value.</summary>
public sealed record RejectedRow(int Line, string Column, string Reason);
