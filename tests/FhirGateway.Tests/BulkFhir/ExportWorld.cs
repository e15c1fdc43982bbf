using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.Egress;
using FhirGateway.Host;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Submissions;
using FhirGateway.Tests.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.Tests.BulkFhir;

/// <summary>A gateway on a folder of its own with one source, exported from a scripted server over real sockets.</summary>
internal sealed class ExportWorld : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TestFolder folder = new();
    private readonly ExportOptions options;
    private Outbound outbound;

    private ExportWorld(ExportPeer peer, Engine engine, ExportOptions options, Outbound outbound) =>
        (Peer, Engine, this.options, this.outbound) = (peer, engine, options, outbound);

    public static ExportOptions Hasty { get; } = new() { Pace = 0.0001, LookEvery = TimeSpan.FromMilliseconds(20), MostFaults = 3, MostWait = TimeSpan.FromSeconds(30) };

    public ExportPeer Peer { get; }
    public Engine Engine { get; private set; }
    public ExportRunner Exports => Engine.Exports!;
    public string Spool => Path.Combine(folder.Path, "spool");
    public Source Source => Engine.Organizations.Value.FindSource("payer")!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ExportWorld> StartAsync(Func<SourceConnection, SourceConnection> connection, ExportOptions? options = null)
    {
        var peer = new ExportPeer();
        var (engine, outbound) = (default(Engine)!, NewOutbound());
        var world = new ExportWorld(peer, engine, options ?? Hasty, outbound);
        await world.OpenAsync();
        var source = new Source { Id = "payer", Kind = SourceKind.Payer, Connection = connection(new SourceConnection { FhirUrl = peer.Url, AllowedOrigins = [peer.Origin] }) };
        await world.SaveAsync(new Participant { Id = "aco", Name = "Aco", Npi = "1234567893" });
        await world.SaveAsync(new Participant { Id = "other" });
        Assert.Null(await world.Engine.Registry.SaveAsync(source, "test", Token));
        return world;
    }

    public async Task SaveAsync(Participant participant) => Assert.Null(await Engine.Registry.SaveAsync(participant, "test", Token));

    /// <summary>Exports and waits for the end.</summary>
    public async Task<(BulkJob Job, ExportDetail Detail)> ExportAsync(ExportDetail? detail = null)
    {
        var job = await Exports.BeginAsync(Source, detail ?? ExportRunner.Standing(Source), "test", Token);
        Assert.NotNull(job);
        return await EndAsync(job.Id);
    }

    public Task<(BulkJob Job, ExportDetail Detail)> EndAsync(string id) => UntilAsync(id, j => j.State != BulkJobState.Running);

    public async Task<(BulkJob Job, ExportDetail Detail)> UntilAsync(string id, Func<BulkJob, bool> isSo)
    {
        var end = TimeProvider.System.GetUtcNow() + Patience;
        while (true)
        {
            var job = (await ReadAsync(tx => tx.Jobs.Find(id)))!;
            if (isSo(job))
                return (job, ExportJobs.Read(job));
            Assert.True(TimeProvider.System.GetUtcNow() < end, $"job {id} is still {job.State}");
            await Task.Delay(20, Token);
        }
    }

    public Task<T> ReadAsync<T>(Func<IStateTransaction, T> read) => Engine.Store.WriteAsync(StateLane.Messages, read, Token);

    /// <summary>Lines that became effective, over all submissions of a job.</summary>
    public Task<long> LinesAsync(string job) => ReadAsync(tx => tx.Submissions.OfJob(job).Sum(s => s.Counts.Lines));

    /// <summary>Stops the gateway in the middle of whatever it does, and starts it again.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        outbound = NewOutbound();
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Peer.DisposeAsync();
        folder.Dispose();
    }

    private async Task StopAsync()
    {
        await Engine.DisposeAsync();
        outbound.Dispose();
    }

    private async Task OpenAsync()
    {
        Engine = await Engine.StartAsync(folder.Path, checkpointPath: null, TimeProvider.System, NullLoggerFactory.Instance, Token);
        Engine.StartExports(outbound, options, onlySource: null, owns: false);
    }

    private static Outbound NewOutbound() => new(
        new EgressOptions { MostRetries = 0, RetryDelay = TimeSpan.FromMilliseconds(1), BreakerLeastRequests = 10_000 },
        new FileDownloadOptions { RetryDelay = TimeSpan.FromMilliseconds(1), MostFruitless = 1, MostWait = TimeSpan.Zero }, TimeProvider.System, NullLoggerFactory.Instance);
}
