using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;

namespace FhirGateway.Host;

/// <summary>Everything that leaves the gateway: one client, the tokens that it gets, and the downloads over it.</summary>
public sealed class Outbound : IDisposable
{
    /// <summary>With the limits of production.</summary>
    public Outbound(TimeProvider clock, ILoggerFactory logs)
        : this(new EgressOptions(), new FileDownloadOptions(), clock, logs)
    {
    }

    public Outbound(EgressOptions egress, FileDownloadOptions download, TimeProvider clock, ILoggerFactory logs)
    {
        Client = new EgressClient(egress, clock, logs.CreateLogger<EgressClient>());
        Fetcher = new ManifestFetcher(new FileDownload(Client, download, clock, logs.CreateLogger<FileDownload>()), clock);
        Tokens = new SmartTokens(Client, clock, logs.CreateLogger<SmartTokens>());
    }

    public EgressClient Client { get; }
    public ManifestFetcher Fetcher { get; }
    public SmartTokens Tokens { get; }

    public void Dispose() => Client.Dispose();
}
