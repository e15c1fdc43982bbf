using System.Collections.Immutable;
using FhirGateway.Simulation.Payers.Servers;

namespace FhirGateway.Simulation.Payers.Submitting;

/// <summary>Who a provider is, and how its files are fetched.</summary>
public sealed record SubmitProviderOptions
{
    public ProviderDialect Dialect { get; init; }
    public string SubmitterSystem { get; init; } = "https://provider.example/submitters";
    public required string SubmitterValue { get; init; }

    /// <summary>Clients (the gateway) that get tokens for the files; none means that the files are open to whoever knows their URL.</summary>
    public ImmutableArray<PayerClient> Clients { get; init; } = [];

    /// <summary>A header that every fetch must carry, given to the receiver as fileRequestHeader; null for none.</summary>
    public KeyValuePair<string, string>? RequiredHeader { get; init; }
    public bool Gzip { get; init; } = true;

    /// <summary>Files on a page of a manifest; null for one page.</summary>
    public int? FilesPerPage { get; init; }
}
