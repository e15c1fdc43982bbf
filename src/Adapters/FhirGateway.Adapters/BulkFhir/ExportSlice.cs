using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What one data exchange asks for.</summary>
/// <param name="Types">Resource types; empty for all.</param>
/// <param name="Since">Only what changed after it; null for everything.</param>
public sealed record ExportSlice(ImmutableArray<string> Types, string? Since);
