namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>A written file of OperationOutcomes about one manifest.</summary>
/// <param name="Count">OperationOutcomes in it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Errors">Issues that are errors or fatal.</param>
/// <param name="Warnings">Issues that are warnings.</param>
/// <param name="Information">Issues that are information.</param>
public sealed record OutcomeFile(long Count, long Size, long Errors, long Warnings, long Information);
