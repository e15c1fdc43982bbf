using System.Collections.Immutable;
using FhirGateway.Simulation.Payers.Servers;

namespace FhirGateway.Simulation.Payers.Submitting;

/// <summary>A manifest that a provider serves.</summary>
/// <param name="Name">Its name in its URL.</param>
/// <param name="Files">What it lists.</param>
internal sealed record PublishedManifest(string Name, ImmutableArray<ServedFile> Files);
