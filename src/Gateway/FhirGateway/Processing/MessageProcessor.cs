using System.Diagnostics;
using System.Text.Json;
using FhirGateway.Audit;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.FeedHealth;
using FhirGateway.Journal;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Quarantine;
using FhirGateway.Submissions;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Processing;

/// <summary>
/// Takes the journal's entries in order: messages through the pure stages in parallel and then through one state
/// transaction a batch; submissions are handed to the bulk worker by the same transaction. The watermark commits with the
/// work, so that after a crash unfinished entries run again and finished ones do not.
/// </summary>
public sealed partial class MessageProcessor(
    IJournal journal,
    IStateStore store,
    IBodyStore bodies,
    CurrentDirectory directory,
    JournaledMessages messages,
    WorkSignal bulk,
    TimeProvider clock,
    ILogger<MessageProcessor> log)
{
    private const int BatchSize = 128;

    /// <summary>Messages that come one after another are taken together this often: a transaction for each would cost more than all of them.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private long taken;

    private MessageFindings? findings;

    /// <summary>What each thread that works does first; null for nothing.</summary>
    public Action? OnWorker { get; init; }

    /// <summary>What the state knows of visits; without it each message is written by itself first.</summary>
    public IVisitLookup? Visits { get; init; }

    /// <summary>The health of feeds, told of every message that was worked through.</summary>
    public FeedLedger? Feeds { get; init; }

    /// <summary>Address up to which entries are effective.</summary>
    public EntryId Taken => new(Volatile.Read(ref taken));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var from = new EntryId(await store.WriteAsync(StateLane.Messages, tx => tx.Messages.Watermark, cancellationToken));
        Volatile.Write(ref taken, from.Value);
        if (from > journal.End)
            throw new InvalidDataException($"the journal ends at {journal.End}, the state was made from entries up to {from}: restore both from one backup");
        using var workers = new StageWorkers(Environment.ProcessorCount, OnWorker);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        findings = new MessageFindings(messages, workers, Feeds, clock);
        var checking = findings.RunAsync(ending.Token);
        try
        {
            await TakeAsync(from, new BatchStage(messages, Visits, workers), cancellationToken);
        }
        finally
        {
            // However it ended: what is checked beside the way uses the workers, too.
            await ending.CancelAsync();
            await checking;
        }
    }

    private async Task TakeAsync(EntryId from, BatchStage stage, CancellationToken cancellationToken)
    {
        var commit = Task.CompletedTask;
        var began = clock.GetTimestamp() - clock.TimestampFrequency;
        while (!cancellationToken.IsCancellationRequested)
        {
            var entries = journal.Read(from, BatchSize);
            if (entries.Count == 0)
            {
                await commit;
                await journal.WaitAsync(from, cancellationToken);
                continue;
            }

            if (entries.Count < BatchSize && Pace - clock.GetElapsedTime(began) is { Ticks: > 0 } early)
            {
                await Task.Delay(early, clock, cancellationToken);
                entries = journal.Read(from, BatchSize);
            }

            began = clock.GetTimestamp();
            var items = await stage.RunAsync(entries);
            await commit;
            commit = CommitAsync(entries, items, cancellationToken);
            from = entries[^1].Next;
        }

        await commit;
    }

    private async Task CommitAsync(IReadOnlyList<JournaledEntry> entries, MessageItem?[] items, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(tx => Write(tx, entries, items), cancellationToken);
        }
        catch (Exception e) when (IsOurs(e))
        {
            Log.BatchFailed(log, entries.Count, e.GetType().Name, e.StackTrace ?? "");
            await CommitOneByOneAsync(entries, items, cancellationToken);
        }

        Volatile.Write(ref taken, entries[^1].Next.Value);
        if (Array.Exists(items, i => i is null))
            bulk.Set();
        Observe(items);
    }

    private async Task CommitOneByOneAsync(IReadOnlyList<JournaledEntry> entries, MessageItem?[] items, CancellationToken cancellationToken)
    {
        for (var i = 0; i < items.Length; i++)
        {
            JournaledEntry[] entry = [entries[i]];
            MessageItem?[] item = [items[i]];
            try
            {
                await WriteAsync(tx => Write(tx, entry, item), cancellationToken);
            }
            catch (Exception e) when (IsOurs(e))
            {
                Log.EntryFailed(log, entry[0].Id.Value, e.GetType().Name, e.StackTrace ?? "");
                await WriteAsync(tx => HoldInternalError(tx, entry[0], e), cancellationToken);
                FeedReading.Failed(items[i]);
            }
        }
    }

    /// <summary>One transaction; while the store cannot be written it is tried again.</summary>
    private async Task WriteAsync(Func<IStateTransaction, bool> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await store.WriteAsync(StateLane.Messages, work, CancellationToken.None);
                return;
            }
            catch (IOException e)
            {
                Log.StoreUnavailable(log, e.Message);
                await Task.Delay(RetryAfter, clock, cancellationToken);
            }
        }
    }

    /// <summary>A fault of this item, not of the store and not the stop.</summary>
    private static bool IsOurs(Exception e) => e is not (OperationCanceledException or IOException or InvalidDataException or ObjectDisposedException);

    private bool Write(IStateTransaction tx, IReadOnlyList<JournaledEntry> entries, MessageItem?[] items)
    {
        var now = clock.GetUtcNow();
        var publisher = new Publisher(tx, directory.Value, bodies, now);
        var writer = new MessageWriter(tx, publisher, directory.Value, messages.Find, now);
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] is { } item)
                writer.Write(item);
            else
                TakeSubmission(tx, entries[i]);
        }

        tx.Messages.Watermark = entries[^1].Next.Value;
        GatewayTelemetry.Published.Add(publisher.Published);
        return true;
    }

    private void TakeSubmission(IStateTransaction tx, JournaledEntry entry)
    {
        var files = JsonSerializer.Deserialize(entry.Entry.Content.Span, SubmissionJson.Default.SpooledFiles)
            ?? throw new InvalidDataException($"journal entry {entry.Id} is no submission");
        // A crash between the journal and the note of who appended makes it append again: one submission all the same.
        if (tx.Submissions.Find(files.Submission) is not null)
            return;
        var job = files.Job is { } id ? tx.Jobs.Find(id) : null;
        tx.Submissions.Insert(new Submission
        {
            State = job?.State switch
            {
                BulkJobState.Paused => SubmissionState.Paused,
                BulkJobState.Cancelled => SubmissionState.Cancelled,
                BulkJobState.Stopping or BulkJobState.Stopped => SubmissionState.Withdrawn,
                _ => SubmissionState.Pending,
            },
            IsUndoable = job is { State: BulkJobState.Running or BulkJobState.Paused },
            Id = files.Submission,
            Source = entry.Entry.Source,
            Entry = entry.Id.Value,
            Files = files.Files,
            Job = files.Job,
            Manifest = files.Manifest,
            FhirBaseUrl = files.FhirBaseUrl,
            AcceptedAt = entry.Entry.ReceivedAt,
        });
        var source = directory.Value.SourceOf(entry.Entry.Source);
        foreach (var file in files.Files)
        {
            tx.Audit.Append(new AuditRecord(
                AuditKinds.Accepted,
                AcceptanceJson.Of(source.Id, entry.Id.Value, "file of " + files.Submission, file.Sha256, "accepted", entry.Entry.Note)));
        }
    }

    private static bool HoldInternalError(IStateTransaction tx, JournaledEntry entry, Exception fault)
    {
        tx.Quarantine.Hold(new QuarantinedItem
        {
            Source = entry.Entry.Source,
            Entry = entry.Id.Value,
            Reason = ReasonCodes.InternalError,
            Detail = fault.GetType().Name,
        });
        tx.Messages.Watermark = entry.Next.Value;
        return true;
    }

    private void Observe(MessageItem?[] items)
    {
        var now = clock.GetUtcNow();
        ObserveFeeds(items);
        foreach (var item in items)
        {
            if (item is null)
                continue;
            GatewayTelemetry.AcceptanceToPublication.Record((now - item.Entry.Entry.ReceivedAt).TotalSeconds);
            if (item.Reason is { } reason)
                GatewayTelemetry.Held.Add(1, new KeyValuePair<string, object?>("reason", reason));
            findings?.Offer(item);
            if (!GatewayTelemetry.Activities.HasListeners())
                continue;
            using var span = GatewayTelemetry.Activities.StartActivity(
                "message", ActivityKind.Server, parentContext: default, startTime: item.Entry.Entry.ReceivedAt);
            span?.SetTag("fhirgateway.entry", item.Entry.Id.Value);
        }
    }

    private void ObserveFeeds(MessageItem?[] items)
    {
        var facts = items.Select(i => i?.Feed).OfType<FeedFact>().ToList();
        Feeds?.Observe(facts);
        foreach (var fact in facts)
            GatewayTelemetry.CountFeed(directory.Value.SourceOf(fact.Source).Id, fact);
    }

    /// <summary>The text of an exception may quote what was being read: only its type and place are logged.</summary>
    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The state store cannot be written ({Fault}); trying again")]
        public static partial void StoreUnavailable(ILogger logger, string fault);

        [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Count} messages failed with {Fault}; each is tried alone {Where}")]
        public static partial void BatchFailed(ILogger logger, int count, string fault, string where);

        [LoggerMessage(Level = LogLevel.Error, Message = "Entry {Entry} failed with {Fault} and is held as internal-error {Where}")]
        public static partial void EntryFailed(ILogger logger, long entry, string fault, string where);
    }
}
