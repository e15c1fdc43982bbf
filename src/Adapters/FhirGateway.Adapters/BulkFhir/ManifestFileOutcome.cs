using FhirGateway.Journal;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What became of one file of a manifest: proven and spooled, or not. Exactly one of both.</summary>
/// <param name="File">What the manifest says.</param>
/// <param name="Spooled">Whole, proven and synced; its path is the file's name inside the folder of the fetch.</param>
/// <param name="Fault">Why there is none, after retries and fresh links.</param>
public sealed record ManifestFileOutcome(ManifestFile File, SpooledFile? Spooled, FileFault? Fault);
