using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Files;
using FhirGateway.Adapters.Smart;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Submissions;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// Runs the exports of all sources: those that were begun, those that a restart interrupted, and those that are due. One at a
/// time per source. A job that is paused or cancelled is left at once, and a cancelled one is ended at its server.
/// </summary>
/// <param name="parts">What exports work with.</param>
/// <param name="onlySource">The one source whose exports a verb runs to their end; null for all of them and the schedule.</param>
/// <param name="log">Ids, counts and codes.</param>
public sealed partial class ExportRunner(ExportParts parts, int? onlySource, ILogger<ExportRunner> log) : IDisposable
{
    private const string DiskFull = "the disk is full: what was fetched of it is removed again; make room, then export again";
    private const int MostFaults = 50;
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);
    private readonly ExportFaults faults = new();
    private readonly ConcurrentDictionary<string, ExportProgress> progress = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> running = new(StringComparer.Ordinal);
    private readonly WorkSignal signal = new();

    /// <summary>How far a running job is; null where it is not running here.</summary>
    public ExportProgress? ProgressOf(string job) => progress.GetValueOrDefault(job);

    /// <summary>Begins an export; the job, or null where the source has one that is not over.</summary>
    public async Task<BulkJob?> BeginAsync(Source source, ExportDetail detail, string by, CancellationToken cancellationToken)
    {
        var job = await parts.Jobs.BeginAsync(source, detail, by, cancellationToken);
        signal.Set();
        return job;
    }

    /// <summary>The job of the source that nobody paused and that is not over.</summary>
    public async Task<BulkJob?> InterruptedAsync(Source source, CancellationToken cancellationToken) =>
        await parts.Jobs.UnfinishedAsync(source, cancellationToken) is { State: BulkJobState.Running } job ? job : null;

    /// <summary>What a scheduled export of the source asks for.</summary>
    public static ExportDetail Standing(Source source) => new()
    {
        Types = source.Connection.Types,
        Panel = ExportDialect.Find(source.Connection.Dialect) is { IsProviderAccess: true } ? source.Connection.OnlyParticipant : null,
    };

    /// <summary>Something about a job changed.</summary>
    public void Wake() => signal.Set();

    /// <summary>Runs until it is cancelled; the jobs go on at the next start.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var nextLook = parts.Clock.GetUtcNow();
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    if (onlySource is null && parts.Clock.GetUtcNow() >= nextLook)
                    {
                        await BeginDueAsync(cancellationToken);
                        nextLook = parts.Clock.GetUtcNow() + parts.Options.ScheduleEvery;
                    }

                    await StartJobsAsync(cancellationToken);
                }
                catch (IOException e)
                {
                    Log.StoreUnavailable(log, e.Message);
                    await Task.Delay(StoreRetry, parts.Clock, cancellationToken);
                }

                await signal.WaitAsync(parts.Options.LookEvery, cancellationToken);
            }
        }
        finally
        {
            await Task.WhenAll(running.Values);
        }
    }

    public void Dispose() => signal.Dispose();

    /// <summary>Begins what the schedule says: a source is due when its last export began long enough ago, whatever became of it.</summary>
    private async Task BeginDueAsync(CancellationToken cancellationToken)
    {
        foreach (var source in parts.Organizations.Value.Sources)
        {
            if (source.Connection is not { EveryHours: { } hours, FhirUrl: not null })
                continue;
            var last = await parts.Jobs.LastBeginAsync(source, cancellationToken);
            if (last is null || last + TimeSpan.FromHours(hours) <= parts.Clock.GetUtcNow())
                await parts.Jobs.BeginAsync(source, Standing(source), "schedule", cancellationToken);
        }
    }

    private async Task StartJobsAsync(CancellationToken cancellationToken)
    {
        foreach (var id in running.Where(r => r.Value.IsCompleted).Select(r => r.Key).ToList())
            running.Remove(id);
        foreach (var job in await parts.Jobs.RunningAsync(cancellationToken))
        {
            if (!running.ContainsKey(job.Id) && (onlySource ?? job.Source) == job.Source)
                running[job.Id] = Task.Run(() => RunJobAsync(job, cancellationToken), CancellationToken.None);
        }
    }

    private async Task RunJobAsync(BulkJob job, CancellationToken stopping)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var watch = WatchAsync(job.Id, left);
        try
        {
            await DriveAsync(job, left.Token);
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            await LeaveAsync(job, stopping);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            Log.Failed(log, job.Id, e.Message);
            await EndAsync(job.Id, BulkJobState.Failed, e.Message, stopping);
            await LeaveAsync(job, stopping);
        }
        catch (IOException e) when (DiskFault.IsFull(e))
        {
            // What was fetched is all that can be given back; as long as it lies there, nothing else can be taken either.
            RemoveFiles(job.Id);
            Log.Failed(log, job.Id, DiskFull);
            await EndAsync(job.Id, BulkJobState.Failed, DiskFull, stopping);
            await LeaveAsync(job, stopping);
        }
        catch (IOException e)
        {
            // Our own disk or store: the job stays open and goes on when it can be written again.
            Log.StoreUnavailable(log, e.Message);
            await RetryAsync(job, e, left.Token, stopping);
        }
        catch (Exception e)
        {
            var place = $"{e.GetType().Name} {e.StackTrace}";
            Log.Broken(log, job.Id, place);
            await EndAsync(job.Id, BulkJobState.Failed, $"internal error ({e.GetType().Name}): see the log", stopping);
            await LeaveAsync(job, stopping);
        }
        finally
        {
            await left.CancelAsync();
            await watch;
            progress.TryRemove(job.Id, out _);
        }
    }

    private async Task DriveAsync(BulkJob job, CancellationToken cancellationToken)
    {
        var source = parts.Organizations.Value.SourceOf(job.Source);
        if (source.Connection.FhirUrl is null)
            throw new ExportException($"source {source.Id} has no FHIR server any more: source set {source.Id} --fhir URL");
        var run = new ExportRun(new ExportContext(parts, source, job, p => progress[job.Id] = p));
        try
        {
            await run.RunAsync(cancellationToken);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            // What came before counts for the next export, once it is loaded; the job fails after that.
            await run.NoteAsync($"ends as failed when what was accepted is loaded: {e.Message}", cancellationToken);
            await LoadedAsync(job.Id, cancellationToken);
            throw;
        }

        await LoadedAsync(job.Id, cancellationToken);
        var members = await run.MembersAsync(cancellationToken);
        await parts.Jobs.EndAsync(job.Id, BulkJobState.Completed, null, (tx, ending) => Remember(tx, ending, members), cancellationToken);
        RemoveFiles(job.Id);
        faults.Forget(job.Id);
        Log.Completed(log, job.Id);
    }

    private static bool IsRefusal(Exception e) => e is ExportException or EgressException or SmartException or InvalidDataException;

    private async Task LoadedAsync(string job, CancellationToken cancellationToken)
    {
        while (await parts.Jobs.ReadAsync(tx => IsLoading(tx, job), cancellationToken))
            await signal.WaitAsync(parts.Options.LookEvery, cancellationToken);
    }

    /// <summary>
    /// Whether something that was accepted is still to be loaded or undone, or lies in the journal only: its reader comes to it, so
    /// both are looked at in one transaction.
    /// </summary>
    private static bool IsLoading(IStateTransaction tx, string job) =>
        tx.Submissions.OfJob(job).Any(s => s.State is SubmissionState.Pending or SubmissionState.Paused or SubmissionState.Withdrawing)
        || (tx.Jobs.Find(job) is { } found && ExportJobs.Read(found).Steps.Any(s => s.Submission is { } id && tx.Submissions.Find(id) is null));

    private ExportDetail? Remember(IStateTransaction tx, BulkJob job, IReadOnlyList<string> members)
    {
        try
        {
            return ExportMemory.Remember(tx, job, parts.Organizations.Value.SourceOf(job.Source).Connection, members, parts.Clock.GetUtcNow());
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            // A detail that cannot be read is why the job failed: it ends all the same.
            return null;
        }
    }

    /// <summary>Leaves a job that somebody paused, cancelled or withdrew.</summary>
    private async Task WatchAsync(string job, CancellationTokenSource left)
    {
        try
        {
            while (true)
            {
                await Task.Delay(parts.Options.LookEvery, parts.Clock, left.Token);
                if (await parts.Jobs.FindAsync(job, left.Token) is not { State: BulkJobState.Running })
                {
                    await left.CancelAsync();
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The job is over, the gateway stops, or the store cannot be read: then the job itself notices.
        }
    }

    /// <summary>Ends a job that is cancelled or failed at its server; one that is paused, or that the stop interrupts, goes on later.</summary>
    private async Task LeaveAsync(BulkJob job, CancellationToken stopping)
    {
        try
        {
            if (stopping.IsCancellationRequested || await parts.Jobs.FindAsync(job.Id, stopping) is not { State: BulkJobState.Cancelled or BulkJobState.Failed or BulkJobState.Stopping or BulkJobState.Stopped } ended)
                return;
            await new ExportRun(new ExportContext(parts, parts.Organizations.Value.SourceOf(job.Source), ended, _ => { })).AbandonAsync(stopping);
        }
        catch (Exception e)
        {
            // The server keeps its files until they expire; ours go at the next start.
            var fault = e.GetType().Name;
            Log.NotAbandoned(log, job.Id, fault);
        }
    }

    /// <summary>
    /// Waits before a job begins again whose files or state could not be written: each time asks something of its server. One that
    /// gets nowhere fails.
    /// </summary>
    private async Task RetryAsync(BulkJob job, IOException e, CancellationToken left, CancellationToken stopping)
    {
        var inARow = faults.Add(job.Id, progress.GetValueOrDefault(job.Id));
        if (inARow >= MostFaults)
        {
            var fault = $"our own disk failed {inARow} times in a row ({e.GetType().Name}): see the log";
            Log.Failed(log, job.Id, fault);
            await EndAsync(job.Id, BulkJobState.Failed, fault, stopping);
            await LeaveAsync(job, stopping);
            return;
        }

        try
        {
            await Task.Delay(ExportFaults.Pause(inARow) * parts.Options.Pace, parts.Clock, left);
        }
        catch (OperationCanceledException)
        {
            await LeaveAsync(job, stopping);
        }
    }

    private void RemoveFiles(string job)
    {
        try
        {
            parts.Intake.RemoveJob(job);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What stays is removed at the next start, since the job is over.
            Log.StoreUnavailable(log, e.Message);
        }
    }

    private async Task EndAsync(string job, BulkJobState state, string fault, CancellationToken stopping)
    {
        try
        {
            await parts.Jobs.EndAsync(job, state, fault, (tx, ending) => Remember(tx, ending, []), stopping);
            faults.Forget(job);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It is tried again: the job is still open.
            Log.StoreUnavailable(log, e.Message);
            await DelayAsync(stopping);
        }
    }

    private async Task DelayAsync(CancellationToken stopping)
    {
        try
        {
            await Task.Delay(StoreRetry, parts.Clock, stopping);
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Export {Job} is completed")]
        public static partial void Completed(ILogger logger, string job);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Export {Job} failed: {Reason}")]
        public static partial void Failed(ILogger logger, string job, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Export {Job} failed by a fault of ours: {Place}")]
        public static partial void Broken(ILogger logger, string job, string place);

        [LoggerMessage(Level = LogLevel.Information, Message = "Export {Job} was left; its server could not be told ({Fault})")]
        public static partial void NotAbandoned(ILogger logger, string job, string fault);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The state store or the spool cannot be written ({Fault}); trying again")]
        public static partial void StoreUnavailable(ILogger logger, string fault);
    }
}
