namespace FhirGateway.Adapters.BulkFhir;

/// <summary>A manifest, or why there is none. Exactly one of both.</summary>
public sealed record ManifestReading(BulkManifest? Manifest, ManifestFault? Fault)
{
    public static implicit operator ManifestReading(BulkManifest manifest) => new(manifest, null);
    public static implicit operator ManifestReading(ManifestFault fault) => new(null, fault);
}
