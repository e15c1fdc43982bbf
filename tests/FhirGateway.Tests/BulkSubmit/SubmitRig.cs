using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Adapters.Egress;
using FhirGateway.Host;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Submissions;
using FhirGateway.Tests.BulkFhir;
using FhirGateway.Tests.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.Tests.BulkSubmit;

/// <summary>The runner of bulk submissions over a gateway of its own, with one source, whose server answers as a test says.</summary>
internal sealed class SubmitRig : IAsyncDisposable
{
    private static readonly SubmitterIdentifier Submitter = new("urn:sub", "acme");
    private readonly CancellationTokenSource stop = new();
    private readonly Outbound outbound = new(
        new EgressOptions { MostRetries = 0, RetryDelay = TimeSpan.FromMilliseconds(1), BreakerLeastRequests = 10_000 },
        new FileDownloadOptions { RetryDelay = TimeSpan.FromMilliseconds(1), MostFruitless = 1, MostWait = TimeSpan.Zero }, TimeProvider.System, NullLoggerFactory.Instance);
    private SecretBox? secrets;
    private Task running = Task.CompletedTask;

    public TestFolder Folder { get; } = new();
    public ExportPeer Peer { get; } = new();
    public Engine Engine { get; private set; } = null!;
    public BulkSubmitParts Parts { get; private set; } = null!;

    /// <summary>What the submissions are kept in; the runner itself reads past it.</summary>
    public CutStore Store { get; private set; } = null!;
    public BulkSubmitStore Submits => Parts.Submits;
    public Source Source => Engine.Organizations.Value.FindSource("payer")!;
    public string Spool => Folder.In("spool");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<SubmitRig> StartAsync(Func<SourceConnection, SourceConnection>? connection = null)
    {
        var rig = new SubmitRig();
        rig.Engine = await Engine.StartAsync(rig.Folder.Path, checkpointPath: null, TimeProvider.System, NullLoggerFactory.Instance, Token);
        var open = new SourceConnection { Submitters = [Submitter], AllowedOrigins = [rig.Peer.Origin] };
        Assert.Null(await rig.Engine.Registry.SaveAsync(new Source { Id = "payer", Kind = SourceKind.Payer, Connection = connection?.Invoke(open) ?? open }, "test", Token));
        rig.Store = new CutStore(rig.Engine.Store);
        rig.secrets = SecretBox.Open(rig.Folder.In("keys/secrets.key"));
        rig.Parts = rig.NewParts();
        return rig;
    }

    public void Run() => running = new BulkSubmitRunner(Parts, NullLogger<BulkSubmitRunner>.Instance).RunAsync(stop.Token);

    /// <summary>Submits the manifest at a path of the peer, as the last one; the job.</summary>
    public async Task<string> SubmitAsync(string id, string path, BulkSubmitStore? by = null, params string[] metadata)
    {
        var answer = await (by ?? Submits).SubmitAsync(Source, "c-1", new BulkSubmitRequest
        {
            Submitter = Submitter, SubmissionId = id, Status = SenderStatus.Completed, ManifestUrl = Peer.Origin + path, FhirBaseUrl = Peer.Url, OAuthMetadataUrls = [.. metadata],
        }, Token);
        Assert.Null(answer.Fault);
        return answer.Job!;
    }

    /// <summary>A store of submissions that seals with another key.</summary>
    public BulkSubmitStore Foreign(SecretBox other) => new(Engine.Store, other, TimeProvider.System);

    public void Manifest(string path, params string[] files) => Peer.Files[path] = Peer.ManifestOf("2026-06-01T00:00:00Z", files);

    public Task<BulkJob> JobAsync(string job) => Engine.Store.WriteAsync(StateLane.Messages, tx => tx.Jobs.Find(job)!, Token);

    public async Task<BulkJob> EndAsync(string job)
    {
        await UntilAsync(async () => (await JobAsync(job)).State != BulkJobState.Running);
        return await JobAsync(job);
    }

    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(30), "not so after 30 s");
            await Task.Delay(20, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Engine.DisposeAsync();
        Submits.Dispose();
        secrets!.Dispose();
        outbound.Dispose();
        await Peer.DisposeAsync();
        stop.Dispose();
        Folder.Dispose();
    }

    private BulkSubmitParts NewParts() => new()
    {
        DataDirectory = Folder.Path,
        Store = Engine.Store,
        Submits = new BulkSubmitStore(Store, secrets!, TimeProvider.System),
        Intake = Engine.BulkIntake,
        Control = Engine.Submissions,
        Organizations = Engine.Organizations,
        Egress = outbound.Client,
        Fetcher = outbound.Fetcher,
        Tokens = outbound.Tokens,
        Evidence = Engine.Reader,
        Outcomes = Engine.Outcomes,
        Clock = TimeProvider.System,
        Options = new BulkSubmitOptions { MostRetries = 2, RetryDelay = TimeSpan.FromMilliseconds(1), LookEvery = TimeSpan.FromMilliseconds(20) },
        JournalIsTaken = _ => Task.CompletedTask,
    };
}
