using System.Diagnostics.CodeAnalysis;
using FhirGateway.Adapters.BulkFhir;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>A submitted manifest with all its pages, or why it cannot be had.</summary>
internal sealed record PageReading(BulkManifest? Manifest, ManifestFinding? Fault)
{
    [MemberNotNullWhen(true, nameof(Manifest))]
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool IsRead => Manifest is not null;

    /// <summary>When the server wants to be asked again; null where the fault is no matter of time.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static PageReading Failed(string code, string text) => new(null, new ManifestFinding(null, code, text));
}
