using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;

namespace FhirGateway.Host;

/// <summary>Everything that leaves the gateway: one client, the tokens that it gets, and the downloads over it.</summary>
public sealed class Outbound : IDisposable
{
    private readonly bool isOwner;

    /// <summary>Over the engine's own client, with the limits of production.</summary>
    public Outbound(EgressClient client, TimeProvider clock, ILoggerFactory logs)
        : this(client, new FileDownloadOptions(), clock, logs, isOwner: false)
    {
    }

    /// <summary>Over a client of its own.</summary>
    public Outbound(EgressOptions egress, FileDownloadOptions download, TimeProvider clock, ILoggerFactory logs)
        : this(new EgressClient(egress, clock, logs.CreateLogger<EgressClient>()), download, clock, logs, isOwner: true)
    {
    }

    private Outbound(EgressClient client, FileDownloadOptions download, TimeProvider clock, ILoggerFactory logs, bool isOwner)
    {
        this.isOwner = isOwner;
        Client = client;
        Fetcher = new ManifestFetcher(new FileDownload(Client, download, clock, logs.CreateLogger<FileDownload>()), clock);
        Tokens = new SmartTokens(Client, clock, logs.CreateLogger<SmartTokens>());
    }

    public EgressClient Client { get; }
    public ManifestFetcher Fetcher { get; }
    public SmartTokens Tokens { get; }

    public void Dispose()
    {
        if (isOwner)
            Client.Dispose();
    }
}
