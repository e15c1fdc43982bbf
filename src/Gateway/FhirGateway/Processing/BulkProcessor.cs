using System.Diagnostics;
using FhirGateway.Contracts;
using FhirGateway.Fhir.Ndjson;
using FhirGateway.Journal;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Submissions;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Processing;

/// <summary>
/// Works through submissions, one at a time, in passes by the order of types (what others refer to comes first), in batches
/// of one short transaction each. A batch commits with the place it reached, so that a crash redoes at most one; and only if
/// nobody paused, cancelled or withdrew the submission since it was staged.
/// </summary>
public sealed partial class BulkProcessor : IDisposable
{
    private const int BatchSize = 128;
    private const int BatchBytes = 4 << 20;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly ParallelOptions Parallelism = new() { MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount) };
    private readonly ThreadLocal<BulkStage> stages = new(() => new BulkStage(), trackAllValues: true);
    private readonly string spool;
    private readonly IStateStore store;
    private readonly IBodyStore bodies;
    private readonly IKnownLines known;
    private readonly CurrentDirectory directory;
    private readonly SourceSettings settings;
    private readonly WorkSignal signal;
    private readonly TimeProvider clock;
    private readonly ILogger<BulkProcessor> log;
    private readonly BulkTracking tracking;
    private readonly SubmissionWithdrawal withdrawal;
    private readonly BulkHousekeeping housekeeping;
    private TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BulkProcessor(
        string spool, IStateStore store, IBodyStore bodies, IKnownLines known, CurrentDirectory directory, SourceSettings settings, WorkSignal signal,
        TimeProvider clock, ILogger<BulkProcessor> log)
    {
        this.spool = spool;
        this.store = store;
        this.bodies = bodies;
        this.known = known;
        this.directory = directory;
        this.settings = settings;
        this.signal = signal;
        this.clock = clock;
        this.log = log;
        tracking = new BulkTracking(bodies, settings);
        Rates = new LineRates(clock);
        withdrawal = new SubmissionWithdrawal(spool, tracking);
        housekeeping = new BulkHousekeeping(directory, clock);
    }

    /// <summary>Lines made effective since start.</summary>
    public long Lines => Volatile.Read(ref lines);
    private long lines;

    /// <summary>How fast submissions are worked through at this time.</summary>
    public LineRates Rates { get; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var submission = await store.WriteAsync(StateLane.Bulk, tx => tx.Submissions.NextPending(), cancellationToken);
                if (submission is null)
                {
                    if (!await store.WriteAsync(StateLane.Bulk, BulkHousekeeping.Settle, cancellationToken))
                        await signal.WaitAsync(Idle, cancellationToken);
                }
                else if (submission.State == SubmissionState.Withdrawing)
                {
                    await WithdrawAsync(submission, cancellationToken);
                }
                else
                {
                    await ProcessAsync(submission, cancellationToken);
                }
            }
            catch (IOException e)
            {
                Log.StoreUnavailable(log, e.Message);
                await Task.Delay(RetryAfter, clock, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Waits until nothing is left to do on the submission (completed, paused, cancelled or withdrawn), or the time is over; then
    /// says how it stands. Null if it is unknown.
    /// </summary>
    public async Task<Submission?> WaitAsync(string id, TimeSpan most, CancellationToken cancellationToken)
    {
        var deadline = clock.GetUtcNow() + most;
        while (true)
        {
            var next = Volatile.Read(ref completed).Task;
            var submission = await store.WriteAsync(StateLane.Messages, tx => tx.Submissions.Find(id), cancellationToken);
            var left = deadline - clock.GetUtcNow();
            if (submission is { State: not (SubmissionState.Pending or SubmissionState.Withdrawing) } || left <= TimeSpan.Zero)
                return submission;
            await Task.WhenAny(next, Task.Delay(left < Idle ? left : Idle, clock, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Dispose()
    {
        foreach (var stage in stages.Values)
            stage.Dispose();
        stages.Dispose();
    }

    private async Task WithdrawAsync(Submission submission, CancellationToken cancellationToken)
    {
        var progress = ProgressOf(submission);
        await withdrawal.RunAsync(progress, (items, at) => CommitUndoAsync(progress, items, at, cancellationToken), cancellationToken);
        while (!progress.IsInterrupted)
        {
            var more = false;
            await CommitAsync(progress, progress.Submission, tx =>
            {
                more = tx.References.Forget(submission.Id, BulkHousekeeping.RowsPerTransaction) | tx.Undo.Forget(submission.Id, BulkHousekeeping.RowsPerTransaction);
                return progress.Submission;
            }, cancellationToken);
            if (!more)
                break;
        }

        if (!progress.IsInterrupted)
            await CommitAsync(progress, progress.Submission, tx => housekeeping.Withdrawn(tx, progress.Submission), cancellationToken);
        if (progress.IsInterrupted)
            return;
        Log.Withdrawn(log, submission.Id, progress.Submission.Counts.Removed, progress.Submission.Counts.Restored, progress.Submission.Counts.Withdrawn);
        Announce();
    }

    private async Task ProcessAsync(Submission submission, CancellationToken cancellationToken)
    {
        var progress = ProgressOf(submission);
        // Before a run again, what earlier runs reported is forgotten.
        while (progress.Submission.Rank == BulkSteps.Clearing && !progress.IsInterrupted)
            await CommitAsync(progress, progress.Submission, tx => BulkHousekeeping.Clear(tx, progress.Submission), cancellationToken);
        for (var order = Math.Max(0, submission.Rank); order < BulkSteps.Orders && !progress.IsInterrupted; order++)
        {
            for (var file = order == submission.Rank ? submission.File : 0; file < submission.Files.Count && !progress.IsInterrupted; file++)
            {
                if (order == submission.Rank || !progress.Skips(file, order))
                    await PassAsync(progress, order, file, cancellationToken);
            }
        }

        await ReadAgainAsync(progress, cancellationToken);
        await LookAgainAsync(progress, cancellationToken);
        if (!progress.IsInterrupted)
            await CommitAsync(progress, progress.Submission, tx => housekeeping.Completed(tx, progress.Submission), cancellationToken);
        if (progress.IsInterrupted)
            return;
        using (var span = GatewayTelemetry.Activities.StartActivity(
            "submission", ActivityKind.Server, parentContext: default, startTime: submission.AcceptedAt))
            span?.SetTag("fhirgateway.submission", submission.Id);
        if (progress.Submission is { StartedAt: { } started, CompletedAt: { } ended })
            GatewayTelemetry.SubmissionDuration.Record((ended - started).TotalSeconds, new KeyValuePair<string, object?>("source", progress.Source.Id));
        Log.Completed(log, submission.Id, progress.Submission.Counts.Lines, progress.Submission.Counts.Held);
        Announce();
    }

    private BulkProgress ProgressOf(Submission submission)
    {
        var source = directory.Value.SourceOf(submission.Source);
        // Whoever runs a submission again wants every line read.
        var unchanged = submission.Epoch == 0 ? new UnchangedLines(known, source.Id) : null;
        var of = settings.Of(source, submission.FhirBaseUrl);
        var generation = known.Generation(source.Number);
        return new BulkProgress(submission, source, of, generation) { Unchanged = unchanged, Ground = LineMark.Ground(of.Ground, generation) };
    }

    private void Announce() =>
        Interlocked.Exchange(ref completed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    /// <summary>One pass over one file: the lines whose type has this order; lines of no type go with the first pass.</summary>
    private async Task PassAsync(BulkProgress progress, int order, int file, CancellationToken cancellationToken)
    {
        var resumed = progress.Submission.Rank == order && progress.Submission.File == file;
        var done = resumed ? progress.Submission.Line : 0;
        var path = Path.Combine(spool, progress.Submission.Files[file].Path);
        if (!File.Exists(path))
        {
            await HoldMissingAsync(progress, order, file, cancellationToken);
            return;
        }

        // What references resolve to may have changed by what came before: then a line that is the same may mean something else.
        if (known.Generation(progress.Source.Number) != progress.Generation)
            progress.Unchanged = null;
        var isDeletions = progress.IsDeletions(file);
        await using var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: false);
        await using var reader = new NdjsonReader(stream);
        var batch = new LineBatch();
        var commit = Task.CompletedTask;
        var number = 0L;
        var read = 0L;
        while (!progress.IsInterrupted && await reader.ReadAsync(cancellationToken))
        {
            number = reader.Line.Number;
            read++;
            var of = reader.Line.IsOversized || isDeletions ? 0 : OrderOf(reader.Line.Bytes);
            progress.Saw(file, of);
            if (of != order || number <= done)
                continue;
            batch.Add(reader.Line);
            // A line of deletions can name thousands of resources.
            if (batch.Count < BatchSize && batch.Bytes < BatchBytes && !isDeletions)
                continue;
            (batch, commit) = await FlushAsync(progress, order, file, batch, commit, isLast: false, cancellationToken);
        }

        if (!progress.IsInterrupted)
        {
            progress.Read(file, whole: !resumed || done == 0);
            if (order == 0 && reader.End != NdjsonEnd.Complete && number + 1 > done)
                batch.AddEnd(number + 1, ReasonOf(reader.End), reader.End.ToString());
        }

        (_, commit) = await FlushAsync(progress, order, file, batch, commit, isLast: true, cancellationToken);
        await commit;
        if (order == 0 && !progress.IsInterrupted)
            progress.LinesRead[file] = read;
    }

    /// <summary>A file that is gone from the spool must not stop the others: it is held, once.</summary>
    private async Task HoldMissingAsync(BulkProgress progress, int order, int file, CancellationToken cancellationToken)
    {
        progress.Read(file, whole: true);
        if (order != 0 || (progress.Submission is { Rank: 0, Line: > 0 } at && at.File == file))
            return;
        await CommitItemsAsync(
            progress, [BulkStage.Held(file, 1, ReasonCodes.Unreadable, "the spooled file is missing")],
            progress.Submission with { Rank = order, File = file, Line = 1 }, cancellationToken);
    }

    private async Task<(LineBatch Next, Task Commit)> FlushAsync(
        BulkProgress progress, int order, int file, LineBatch batch, Task previous, bool isLast, CancellationToken cancellationToken)
    {
        var items = progress.IsInterrupted ? [] : Stage(batch, file, progress);
        batch.Return();
        await previous;
        if (!isLast && progress.TryCarry(items, batch.LastLine))
            return (new LineBatch(), Task.CompletedTask);
        var at = progress.Submission with { Rank = order, File = file, Line = Math.Max(batch.LastLine, progress.CarriedTo) };
        items = progress.TakeCarried(items);
        progress.UnderWay = [.. items.Select(i => i.Resource).OfType<NormalizedResource>().Select(r => r.Id)];
        return (new LineBatch(), items.Length == 0 || progress.IsInterrupted ? Task.CompletedTask : CommitItemsAsync(progress, items, at, cancellationToken));
    }

    private BulkItem[] Stage(LineBatch batch, int file, BulkProgress progress)
    {
        var items = new BulkItem[batch.Count];
        var of = progress.Settings;
        var promised = progress.Submission.Files[file].Type;
        var isDeletions = progress.IsDeletions(file);
        Parallel.For(0, items.Length, Parallelism, i =>
        {
            var line = batch[i];
            items[i] = line.Reason is { } reason ? BulkStage.Held(file, line.Number, reason, line.Detail)
                : isDeletions ? stages.Value!.RunDeletions(line.Bytes, file, line.Number, of.Bulk)
                : stages.Value!.Run(line.Bytes, file, line.Number, of, progress.Ground, promised, progress.Unchanged);
        });
        if (progress.Unchanged is not null)
            ReadChanged(batch, file, progress, items);
        return items;
    }

    /// <summary>
    /// A line was found unchanged against what is committed. Where another line of the same resource is still under way, that one
    /// decides: it is read after all.
    /// </summary>
    private void ReadChanged(LineBatch batch, int file, BulkProgress progress, BulkItem[] items)
    {
        var changed = new HashSet<Guid>();
        foreach (var item in items)
            if (item.Resource is { } resource)
                changed.Add(resource.Id);
        for (var i = 0; i < items.Length && changed.Count + progress.UnderWay.Count > 0; i++)
        {
            if (items[i].Unchanged is not { } same || !(changed.Contains(same.Id) || progress.UnderWay.Contains(same.Id)))
                continue;
            changed.Add(same.Id);
            items[i] = stages.Value!.Run(batch[i].Bytes, file, items[i].Line, progress.Settings, progress.Ground, progress.Submission.Files[file].Type, unchanged: null);
        }

        progress.UnderWay.UnionWith(changed);
    }

    private static int OrderOf(ReadOnlyMemory<byte> line) => ResourceTypeScan.Find(line.Span) is { } type ? ResourceCatalog.OrderOf(type) : 0;

    private static string ReasonOf(NdjsonEnd end) => end switch
    {
        NdjsonEnd.TooLarge or NdjsonEnd.RatioTooHigh => ReasonCodes.TooLarge,
        NdjsonEnd.NestedGzip => ReasonCodes.Unreadable,
        _ => ReasonCodes.Truncated,
    };

    /// <summary>The text of an exception may quote what was being read: only its type and place are logged.</summary>
    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Submission {Submission} is completed: {Lines} lines, {Held} held")]
        public static partial void Completed(ILogger logger, string submission, long lines, long held);

        [LoggerMessage(Level = LogLevel.Information, Message = "Submission {Submission} is withdrawn: {Removed} resources removed, {Restored} restored, {Withdrawn} events taken back")]
        public static partial void Withdrawn(ILogger logger, string submission, long removed, long restored, long withdrawn);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The state store cannot be written ({Fault}); trying again")]
        public static partial void StoreUnavailable(ILogger logger, string fault);

        [LoggerMessage(Level = LogLevel.Error, Message = "A batch of submission {Submission} failed with {Fault}; each line is tried alone {Where}")]
        public static partial void BatchFailed(ILogger logger, string submission, string fault, string where);

        [LoggerMessage(Level = LogLevel.Error, Message = "A resource of submission {Submission}, before line {Line} of file {File}, could not be taken back: {Fault} {Where}")]
        public static partial void UndoFailed(ILogger logger, string submission, long line, int file, string fault, string where);

        [LoggerMessage(Level = LogLevel.Error, Message = "Lines of submission {Submission} could not be read again for their references: {Fault} {Where}")]
        public static partial void ReadingAgainFailed(ILogger logger, string submission, string fault, string where);

        [LoggerMessage(Level = LogLevel.Error, Message = "Line {Line} of submission {Submission} failed with {Fault} and is held as internal-error {Where}")]
        public static partial void LineFailed(ILogger logger, string submission, long line, string fault, string where);
    }
}
