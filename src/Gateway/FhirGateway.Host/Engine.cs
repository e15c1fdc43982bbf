using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Files;
using FhirGateway.Adapters.Sqlite;
using FhirGateway.Adapters.Threads;
using FhirGateway.Audit;
using FhirGateway.FeedHealth;
using FhirGateway.Host.Commands;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Publications;

namespace FhirGateway.Host;

/// <summary>
/// The gateway without its listeners: stores and workers over one data directory. The caller holds the directory's lock.
/// </summary>
public sealed partial class Engine : IAsyncDisposable
{
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(10);

    /// <summary>For a state that cannot be written: whoever waits for it is told then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Longer than the workers wait before they try again.</summary>
    private static readonly TimeSpan Recently = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> workers = [];
    private readonly FileJournal journal;
    private readonly BodyFiles bodies;
    private readonly SqliteStateStore store;
    private readonly SqliteReferenceLookup lookup;
    private readonly SqliteKnownLines knownLines;
    private readonly WorkSignal bulkSignal = new();
    private readonly WorkSignal reevaluationSignal = new();
    private readonly MessageProcessor messages;
    private readonly SecretBox secrets;
    private readonly List<IDisposable> owned = [];
    private readonly CheckpointKey checkpointKey;
    private readonly CheckpointWriter checkpoints;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly ILoggerFactory logs;

    private Engine(string dataDirectory, string? checkpointPath, FeedRules feeds, TimeProvider clock, ILoggerFactory logs)
    {
        this.clock = clock;
        this.logs = logs;
        log = logs.CreateLogger<Engine>();
        DataDirectory = dataDirectory;
        var state = Path.Combine(dataDirectory, "state.db");
        var spool = Path.Combine(dataDirectory, "spool");
        Directory.CreateDirectory(spool);
        journal = new FileJournal(Path.Combine(dataDirectory, "journal"));
        bodies = new BodyFiles(Path.Combine(dataDirectory, "bodies"));
        store = new SqliteStateStore(state, bodies, Signals, clock);
        Reader = new SqliteReader(state);
        lookup = new SqliteReferenceLookup(state, Organizations);
        knownLines = new SqliteKnownLines(state);
        var settings = new SourceSettings(lookup, PackageCommand.FolderIn(dataDirectory));
        Feeds = new FeedLedger(Organizations, feeds);
        FeedWatch = new FeedWatch(store, Feeds, clock, logs.CreateLogger<FeedWatch>());
        var journaled = new JournaledMessages(journal, Organizations, settings);
        messages = new MessageProcessor(journal, store, bodies, Organizations, journaled, bulkSignal, clock, logs.CreateLogger<MessageProcessor>())
        {
            Feeds = Feeds,
            Visits = Reader,
            OnWorker = ThreadNice.StandBack,
        };
        Bulk = new BulkProcessor(spool, store, bodies, knownLines, Organizations, settings, bulkSignal, clock, logs.CreateLogger<BulkProcessor>());
        Submissions = new SubmissionControl(store, bulkSignal, clock);
        BulkReports = new BulkReports(Reader, Organizations, Bulk.Rates, clock);
        Reevaluation = new ReevaluationProcessor(store, bodies, Organizations, reevaluationSignal, clock);
        Rosters = new RosterIntake(store, bodies, Organizations, reevaluationSignal, clock);
        Registry = new OrganizationRegistry(store, Organizations, reevaluationSignal);
        MessageIntake = new MessageIntake(
            journal, Organizations, clock, logs.CreateLogger<MessageIntake>(), new ControlIds(Reader.HasSeen, () => messages.Taken)) { Feeds = Feeds };
        FhirMessages = new FhirMessageIntake(journal, settings, clock) { Feeds = Feeds };
        BulkIntake = new BulkIntake(spool, journal, clock);
        Exit = new StreamExit(store, Reader, bodies);
        secrets = SecretBox.Open(Path.Combine(dataDirectory, "keys", "secrets.key"));
        Submits = new BulkSubmitStore(store, secrets, clock);
        Outcomes = new OutcomeFiles(Path.Combine(dataDirectory, "outcomes"), clock);
        checkpointKey = CheckpointKey.Open(Path.Combine(dataDirectory, "keys", "audit.pem"));
        checkpoints = new CheckpointWriter(Reader, checkpointKey, checkpointPath ?? Path.Combine(dataDirectory, "checkpoints"), clock);
        Held = new HeldMessages(journaled, store, bodies, Organizations, clock);
        Replay = new Replay(journal, journaled, store, bodies, Organizations, clock);
        HangingVisits = new HangingVisits(journaled, store, bodies, Organizations, clock, logs.CreateLogger<HangingVisits>());
        Merges = new MergeControl(journaled, store, bodies, Organizations, clock);
        Why = new WhyReport(store, Reader, Organizations, clock);
        Egress = new EgressClient(new EgressOptions(), clock, logs.CreateLogger<EgressClient>());
    }

    public string DataDirectory { get; }
    public CurrentDirectory Organizations { get; } = new();
    public StreamSignals Signals { get; } = new();
    public IStateStore Store => store;
    public SqliteReader Reader { get; }
    public BodyFiles Bodies => bodies;
    public MessageIntake MessageIntake { get; }
    public FhirMessageIntake FhirMessages { get; }
    public BulkIntake BulkIntake { get; }
    public BulkProcessor Bulk { get; }
    public SubmissionControl Submissions { get; }
    public BulkReports BulkReports { get; }
    public ReevaluationProcessor Reevaluation { get; }
    public RosterIntake Rosters { get; }
    public OrganizationRegistry Registry { get; }
    public StreamExit Exit { get; }
    public HeldMessages Held { get; }

    /// <summary>The health of feeds, and who keeps its rows and tells operators.</summary>
    public FeedLedger Feeds { get; }

    /// <inheritdoc cref="Feeds"/>
    public FeedWatch FeedWatch { get; }
    public HangingVisits HangingVisits { get; }
    public MergeControl Merges { get; }

    /// <summary>Takes raw messages through the present settings again.</summary>
    public Replay Replay { get; }
    public WhyReport Why { get; }

    /// <summary>The one way out.</summary>
    public EgressClient Egress { get; }

    /// <summary>Bulk submissions of senders.</summary>
    public BulkSubmitStore Submits { get; }
    public OutcomeFiles Outcomes { get; }
    public TimeProvider Clock => clock;
    public ILoggerFactory Logs => logs;

    /// <summary>The delivery to an outside log, if one is configured.</summary>
    public Relay? Relay { get; private set; }

    /// <summary>Completes with the fault if a worker stops by one; a gateway whose worker is dead must not look alive.</summary>
    public Task Failed => failed.Task;
    private readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Opens the stores and starts the workers. Throws <see cref="IOException"/> where the directory cannot be written and
    /// <see cref="InvalidDataException"/> where its files are damaged or of a newer version.
    /// </summary>
    public static async Task<Engine> StartAsync(
        string dataDirectory, string? checkpointPath, TimeProvider clock, ILoggerFactory logs, CancellationToken cancellationToken, FeedRules? feeds = null)
    {
        var engine = new Engine(dataDirectory, checkpointPath, feeds ?? new FeedRules(), clock, logs);
        var reached = await engine.store.WriteAsync(StateLane.Messages, tx => tx.Messages.Watermark, cancellationToken);
        // Said before anything is done: a verb must not report success over a journal that lost what the state was made from.
        if (reached > engine.journal.End.Value)
            throw new InvalidDataException($"{dataDirectory}: the journal ends at {engine.journal.End}, the state was made from entries up to {reached}: restore both from one backup");
        engine.Organizations.Value = await engine.store.WriteAsync(StateLane.Messages, tx => tx.Organizations.Load(), cancellationToken);
        await engine.FeedWatch.LoadAsync(cancellationToken);
        engine.BeginCheckpoints();
        if (engine.BulkIntake.RemoveUnfinished(await engine.store.WriteAsync(StateLane.Messages, tx => tx.Jobs.Unfinished(), cancellationToken)) is > 0 and var left)
            Log.NotRemoved(engine.log, left);
        await engine.Held.ReleaseSupportedAsync(cancellationToken);
        engine.workers.AddRange(
        [
            engine.Worker("messages", engine.messages.RunAsync),
            engine.Worker("bulk", engine.Bulk.RunAsync),
            engine.Worker("reevaluation", engine.Reevaluation.RunAsync),
            engine.Worker("hanging visits", engine.HangingVisits.RunAsync),
            engine.Worker("checkpoints", engine.CheckpointAsync),
        ]);
        return engine;
    }

    /// <summary>
    /// Delivers every stream through the channel from now on. Called once; the channel is disposed after the engine.
    /// </summary>
    public Relay StartRelay(IDeliveryChannel channel, RelayOptions options)
    {
        if (Relay is not null)
            throw new InvalidOperationException("the relay is running");
        Relay = new Relay(new RelayParts(store, Reader, bodies, Signals, channel, options, clock), Organizations, logs.CreateLogger<Relay>());
        workers.Add(Worker("relay", Relay.RunAsync));
        return Relay;
    }

    /// <summary>
    /// Watches feeds from now on. Called once, and only where the gateway listens: to a verb, silence says nothing.
    /// </summary>
    /// <param name="openConnections">Numbers of the MLLP connections that are open now.</param>
    public void StartFeedWatch(Func<IReadOnlyCollection<long>> openConnections)
    {
        Feeds.Connections.Open = openConnections;
        workers.Add(Worker("feeds", FeedWatch.RunAsync));
    }

    /// <summary>
    /// Carries bulk submissions on from now on. Called once, and only where the gateway serves: a verb fetches nothing. What leaves
    /// goes through <paramref name="outbound"/>, which is disposed after the engine.
    /// </summary>
    public void StartBulkSubmit(Outbound outbound, BulkSubmitOptions options)
    {
        var runner = new BulkSubmitRunner(
            new BulkSubmitParts
            {
                DataDirectory = DataDirectory,
                Store = store,
                Submits = Submits,
                Intake = BulkIntake,
                Control = Submissions,
                Organizations = Organizations,
                Egress = outbound.Client,
                Fetcher = outbound.Fetcher,
                Tokens = outbound.Tokens,
                Evidence = Reader,
                Outcomes = Outcomes,
                Clock = clock,
                Options = options,
                JournalIsTaken = token => WaitAsync(() => false, Timeout.InfiniteTimeSpan, token),
            },
            logs.CreateLogger<BulkSubmitRunner>());
        workers.Add(Worker("bulk submit", runner.RunAsync));
    }

    /// <summary>Exports of sources, where this process runs them.</summary>
    public ExportRunner? Exports { get; private set; }

    /// <summary>
    /// Runs exports from now on. Called once: where the gateway serves for all sources and their schedule, by a verb for the one
    /// source that it exports.
    /// </summary>
    /// <param name="outbound">The way out.</param>
    /// <param name="options">How patient exports are.</param>
    /// <param name="onlySource">The source of a verb; null where the gateway serves.</param>
    /// <param name="owns">Whether the engine disposes the way out, after the exports have ended.</param>
    public ExportRunner StartExports(Outbound outbound, ExportOptions options, Source? onlySource, bool owns)
    {
        if (Exports is not null)
            throw new InvalidOperationException("exports are running");
        if (owns)
            owned.Add(outbound);
        var parts = new ExportParts(
            DataDirectory, new ExportJobs(store, secrets, clock), Organizations, new PanelAnswerWriter(store, bodies, Organizations, clock), BulkIntake,
            outbound.Client, outbound.Tokens, outbound.Fetcher, options, clock);
        Exports = new ExportRunner(parts, onlySource?.Number, logs.CreateLogger<ExportRunner>());
        owned.Add(Exports);
        workers.Add(Worker("exports", Exports.RunAsync));
        return Exports;
    }

    /// <summary>Waits until everything accepted so far is effective; throws <see cref="IOException"/> where the state cannot be written.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) =>
        WaitAsync(() => Reader.HasPendingSubmission() || Reader.HasReevaluations(), Patience, cancellationToken);

    /// <summary>
    /// Waits until every change of links, attributions, agreements and opt-outs made so far is in force; bulk may go on. Throws
    /// <see cref="IOException"/> where the state cannot be written.
    /// </summary>
    public Task SettleAsync(CancellationToken cancellationToken) => WaitAsync(Reader.HasReevaluations, Patience, cancellationToken);

    private async Task WaitAsync(Func<bool> isBusy, TimeSpan patience, CancellationToken cancellationToken)
    {
        var end = journal.End;
        var wellAt = clock.GetTimestamp();
        while (messages.Taken < end || isBusy())
        {
            if (failed.Task.IsFaulted)
                await failed.Task;
            if (store.FaultWithin(Recently) is not { } fault)
                wellAt = clock.GetTimestamp();
            else if (patience != Timeout.InfiniteTimeSpan && clock.GetElapsedTime(wellAt) > patience)
                throw new IOException($"The state cannot be written ({fault}). What was accepted is safe and takes effect by itself once it can be");
            reevaluationSignal.Set();
            await Task.Delay(TimeSpan.FromMilliseconds(10), clock, cancellationToken);
        }
    }

    /// <summary>Checks the audit log against its checkpoints; if it holds, a fresh one is signed.</summary>
    public AuditVerification VerifyAudit(string? checkpointPath)
    {
        // What is there is judged before anything is added to it: a fresh signature must not cover up what an old one would show.
        var found = AuditVerifier.Verify(Reader, checkpointKey, checkpointPath ?? checkpoints.Path);
        if (checkpointPath is null && found.Faults.IsEmpty)
            WriteCheckpoint();
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
            return;
        await stopping.CancelAsync();
        await Task.WhenAll(workers);
        await FeedWatch.FlushAsync(all: true);
        owned.ForEach(o => o.Dispose());
        Egress.Dispose();
        journal.Dispose();
        store.Dispose();
        // A full disk must not keep the stop from closing everything.
        TryWriteCheckpoint();
        Bulk.Dispose();
        Rosters.Dispose();
        Reader.Dispose();
        lookup.Dispose();
        knownLines.Dispose();
        bodies.Dispose();
        checkpointKey.Dispose();
        Submits.Dispose();
        secrets.Dispose();
        bulkSignal.Dispose();
        reevaluationSignal.Dispose();
        stopping.Dispose();
    }

    private async Task Worker(string name, Func<CancellationToken, Task> run)
    {
        try
        {
            await Task.Run(() => run(stopping.Token));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to stop.
        }
        catch (Exception e)
        {
            var place = $"{e.GetType().Name} {e.StackTrace}";
            Log.WorkerFailed(log, name, place);
            failed.TrySetException(e);
        }
    }

    private async Task CheckpointAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(CheckpointEvery, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
            TryWriteCheckpoint();
    }

    private void TryWriteCheckpoint()
    {
        try
        {
            WriteCheckpoint();
        }
        catch (IOException e)
        {
            Log.NoCheckpoint(log, e.Message);
        }
    }

    /// <summary>The first checkpoint signs the empty log: from then on a missing file is a finding.</summary>
    private void BeginCheckpoints()
    {
        if (!File.Exists(checkpoints.Path) && !Reader.Read(1).Any())
            WriteCheckpoint();
    }

    private void WriteCheckpoint()
    {
        lock (checkpoints)
            checkpoints.Write();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Critical, Message = "Worker {Worker} stopped by {Fault}")]
        public static partial void WorkerFailed(ILogger logger, string worker, string fault);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Folders} folders of uploads that were never accepted cannot be removed from the spool")]
        public static partial void NotRemoved(ILogger logger, int folders);

        [LoggerMessage(Level = LogLevel.Error, Message = "No audit checkpoint could be written: {Fault}")]
        public static partial void NoCheckpoint(ILogger logger, string fault);
    }
}
