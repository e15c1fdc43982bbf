namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>A file of OperationOutcomes in a status manifest.</summary>
/// <param name="Url">Where it is got, with a token.</param>
/// <param name="ManifestUrl">The submitted manifest that it is about, as its sender wrote it.</param>
/// <param name="File">What it holds.</param>
public sealed record StatusOutcome(string Url, string ManifestUrl, OutcomeFile File);
