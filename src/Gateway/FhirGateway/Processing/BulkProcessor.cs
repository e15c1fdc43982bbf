using System.Buffers;
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
/// of one short transaction each. A batch commits with the place it reached, so that a crash redoes at most one.
/// </summary>
public sealed partial class BulkProcessor(
    string spool,
    IStateStore store,
    IBodyStore bodies,
    IKnownLines known,
    CurrentDirectory directory,
    SourceSettings settings,
    WorkSignal signal,
    TimeProvider clock,
    ILogger<BulkProcessor> log) : IDisposable
{
    private const int BatchSize = 128;
    private const int BatchBytes = 4 << 20;
    private const int MostCarried = 8192;
    private const int Orders = 9;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly ParallelOptions Parallelism = new() { MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount) };
    private readonly ThreadLocal<BulkStage> stages = new(() => new BulkStage(), trackAllValues: true);
    private TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lines made effective since start.</summary>
    public long Lines => Volatile.Read(ref lines);
    private long lines;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Submission? submission;
            try
            {
                submission = await store.WriteAsync(StateLane.Bulk, tx => tx.Submissions.NextPending(), cancellationToken);
            }
            catch (IOException e)
            {
                Log.StoreUnavailable(log, e.Message);
                await Task.Delay(RetryAfter, clock, cancellationToken);
                continue;
            }

            if (submission is null)
                await signal.WaitAsync(Idle, cancellationToken);
            else
                await ProcessAsync(submission, cancellationToken);
        }
    }

    /// <summary>Waits until the submission is completed, or the time is over; then says how it stands. Null if it is unknown.</summary>
    public async Task<Submission?> WaitAsync(string id, TimeSpan most, CancellationToken cancellationToken)
    {
        var deadline = clock.GetUtcNow() + most;
        while (true)
        {
            var next = Volatile.Read(ref completed).Task;
            var submission = await store.WriteAsync(StateLane.Messages, tx => tx.Submissions.Find(id), cancellationToken);
            var left = deadline - clock.GetUtcNow();
            if (submission is { State: SubmissionState.Completed } || left <= TimeSpan.Zero)
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

    private async Task ProcessAsync(Submission submission, CancellationToken cancellationToken)
    {
        var source = directory.Value.SourceOf(submission.Source);
        var of = settings.Of(source);
        var progress = new Progress(submission, source, of, new UnchangedLines(known, source.Id, of.Ground));
        for (var order = submission.Rank; order < Orders; order++)
        {
            for (var file = order == submission.Rank ? submission.File : 0; file < submission.Files.Count; file++)
            {
                if (order > submission.Rank && progress.IsKnown(file) && !progress.Has(file, order))
                    continue;
                await PassAsync(progress, order, file, cancellationToken);
            }
        }

        progress.Submission = progress.Submission with { State = SubmissionState.Completed };
        await CommitAsync(progress, [], progress.Submission, cancellationToken);
        using (var span = GatewayTelemetry.Activities.StartActivity(
            "submission", ActivityKind.Server, parentContext: default, startTime: submission.AcceptedAt))
            span?.SetTag("fhirgateway.submission", submission.Id);
        Log.Completed(log, submission.Id, progress.Submission.Counts.Lines, progress.Submission.Counts.Held);
        Interlocked.Exchange(ref completed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>One pass over one file: the lines whose type has this order; lines of no type go with the first pass.</summary>
    private async Task PassAsync(Progress progress, int order, int file, CancellationToken cancellationToken)
    {
        var spooled = progress.Submission.Files[file];
        var resumed = progress.Submission.Rank == order && progress.Submission.File == file;
        var done = resumed ? progress.Submission.Line : 0;
        var path = Path.Combine(spool, spooled.Path);
        if (!File.Exists(path))
        {
            await HoldMissingAsync(progress, order, file, cancellationToken);
            return;
        }

        await using var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: false);
        await using var reader = new NdjsonReader(stream);
        var batch = new Batch();
        var commit = Task.CompletedTask;
        var number = 0L;
        while (await reader.ReadAsync(cancellationToken))
        {
            number = reader.Line.Number;
            var of = reader.Line.IsOversized ? 0 : OrderOf(reader.Line.Bytes);
            progress.Saw(file, of);
            if (of != order || number <= done)
                continue;
            batch.Add(reader.Line);
            if (batch.Count < BatchSize && batch.Bytes < BatchBytes)
                continue;
            (batch, commit) = await FlushAsync(progress, order, file, batch, commit, isLast: false, cancellationToken);
        }

        progress.Read(file, whole: !resumed || done == 0);
        if (order == 0 && reader.End != NdjsonEnd.Complete && number + 1 > done)
            batch.AddEnd(number + 1, ReasonOf(reader.End), reader.End.ToString());
        (_, commit) = await FlushAsync(progress, order, file, batch, commit, isLast: true, cancellationToken);
        await commit;
    }

    /// <summary>A file that is gone from the spool must not stop the others: it is held, once.</summary>
    private async Task HoldMissingAsync(Progress progress, int order, int file, CancellationToken cancellationToken)
    {
        progress.Read(file, whole: true);
        if (order != 0 || (progress.Submission is { Rank: 0, Line: > 0 } at && at.File == file))
            return;
        await CommitAsync(
            progress, [BulkStage.Held(file, 1, ReasonCodes.Unreadable, "the spooled file is missing")],
            progress.Submission with { Rank = order, File = file, Line = 1 }, cancellationToken);
    }

    private async Task<(Batch Next, Task Commit)> FlushAsync(
        Progress progress, int order, int file, Batch batch, Task previous, bool isLast, CancellationToken cancellationToken)
    {
        var items = Stage(batch, file, progress);
        batch.Return();
        await previous;
        if (!isLast && progress.TryCarry(items, batch.LastLine))
            return (new Batch(), Task.CompletedTask);
        var at = progress.Submission with { Rank = order, File = file, Line = Math.Max(batch.LastLine, progress.CarriedTo) };
        items = progress.TakeCarried(items);
        return (new Batch(), items.Length == 0 ? Task.CompletedTask : CommitAsync(progress, items, at, cancellationToken));
    }

    private BulkItem[] Stage(Batch batch, int file, Progress progress)
    {
        var of = progress.Settings;
        var items = new BulkItem[batch.Count];
        Parallel.For(0, items.Length, Parallelism, i =>
        {
            var line = batch[i];
            items[i] = line.Reason is { } reason
                ? BulkStage.Held(file, line.Number, reason, line.Detail)
                : stages.Value!.Run(line.Bytes, file, line.Number, of.Bulk, of.Validation, progress.Unchanged);
        });
        ReadAgain(batch, file, progress, items);
        return items;
    }

    /// <summary>
    /// A line was found unchanged against what is committed. Where another line of the same resource is still under way, that one
    /// decides: it is read after all.
    /// </summary>
    private void ReadAgain(Batch batch, int file, Progress progress, BulkItem[] items)
    {
        var underWay = progress.UnderWay;
        var changed = new HashSet<Guid>();
        foreach (var item in items)
            if (item.Resource is { } resource)
                changed.Add(resource.Id);
        if (changed.Count > 0 || underWay.Count > 0)
        {
            for (var i = 0; i < items.Length; i++)
            {
                if (items[i].Unchanged is { } same && (changed.Contains(same.Id) || underWay.Contains(same.Id)))
                {
                    changed.Add(same.Id);
                    items[i] = stages.Value!.Read(batch[i].Bytes, file, items[i].Line, progress.Settings.Bulk, progress.Settings.Validation);
                }
            }
        }

        progress.UnderWay = changed;
    }

    private async Task CommitAsync(Progress progress, BulkItem[] items, Submission at, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                progress.Submission = await store.WriteAsync(StateLane.Bulk, tx => Write(tx, progress, items, at), CancellationToken.None);
                Interlocked.Add(ref lines, items.Length);
                return;
            }
            catch (IOException e)
            {
                Log.StoreUnavailable(log, e.Message);
                await Task.Delay(RetryAfter, clock, cancellationToken);
            }
            catch (Exception e) when (items.Length > 1 && e is not (OperationCanceledException or InvalidDataException or ObjectDisposedException))
            {
                Log.BatchFailed(log, at.Id, e.GetType().Name, e.StackTrace ?? "");
                foreach (var item in items)
                    await CommitAsync(progress, [item], at with { Line = item.Line }, cancellationToken);
                return;
            }
            catch (Exception e) when (items.Length == 1 && items[0].Reason is null && e is not (OperationCanceledException or InvalidDataException or ObjectDisposedException))
            {
                Log.LineFailed(log, at.Id, items[0].Line, e.GetType().Name, e.StackTrace ?? "");
                items = [BulkStage.Held(items[0].File, items[0].Line, ReasonCodes.InternalError, e.GetType().Name)];
            }
        }
    }

    private Submission Write(IStateTransaction tx, Progress progress, BulkItem[] items, Submission at)
    {
        var publisher = new Publisher(tx, directory.Value, bodies, clock.GetUtcNow());
        var writer = new BulkWriter(tx, publisher, progress.Source, progress.Submission);
        foreach (var item in items)
            writer.Write(item);
        var updated = at with { Counts = progress.Submission.Counts.Plus(writer.Counts) };
        tx.Submissions.Update(updated);
        GatewayTelemetry.Published.Add(publisher.Published);
        return updated;
    }

    private static int OrderOf(ReadOnlyMemory<byte> line) => ResourceTypeScan.Find(line.Span) is { } type ? ResourceCatalog.OrderOf(type) : 0;

    private static string ReasonOf(NdjsonEnd end) => end switch
    {
        NdjsonEnd.TooLarge or NdjsonEnd.RatioTooHigh => ReasonCodes.TooLarge,
        NdjsonEnd.NestedGzip => ReasonCodes.Unreadable,
        _ => ReasonCodes.Truncated,
    };

    /// <summary>A submission under way. A file's orders are known once a pass has read it from its beginning.</summary>
    private sealed class Progress(Submission submission, Source source, SourceSettings.Settings settings, UnchangedLines unchanged)
    {
        private readonly int[] orders = new int[submission.Files.Count];
        private readonly List<BulkItem> carried = [];
        private readonly bool[] known = new bool[submission.Files.Count];

        public Submission Submission { get; set; } = submission;
        public Source Source => source;
        public SourceSettings.Settings Settings => settings;

        /// <summary>Up to which line of the pass batches were carried; 0 where none is.</summary>
        public long CarriedTo { get; private set; }

        /// <summary>A batch in which nothing changed needs no transaction of its own: it is counted with a later one.</summary>
        public bool TryCarry(BulkItem[] items, long lastLine)
        {
            if (carried.Count >= MostCarried || !Array.TrueForAll(items, i => i.Unchanged is not null))
                return false;
            carried.AddRange(items);
            CarriedTo = lastLine;
            return true;
        }

        public BulkItem[] TakeCarried(BulkItem[] items)
        {
            if (carried.Count == 0)
                return items;
            BulkItem[] all = [.. carried, .. items];
            carried.Clear();
            CarriedTo = 0;
            return all;
        }

        public UnchangedLines Unchanged => unchanged;

        /// <summary>Ids that the batch before this one writes.</summary>
        public HashSet<Guid> UnderWay { get; set; } = [];

        public void Saw(int file, int order) => orders[file] |= 1 << order;

        public void Read(int file, bool whole) => known[file] |= whole;

        public bool IsKnown(int file) => known[file];

        public bool Has(int file, int order) => (orders[file] & (1 << order)) != 0;
    }

    /// <summary>Lines copied out of the reader's buffer, in one rented array.</summary>
    private sealed class Batch
    {
        private readonly List<(long Number, int Start, int Length, string? Reason, string Detail)> lines = [];
        private byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);

        public int Count => lines.Count;
        public int Bytes { get; private set; }
        public long LastLine => lines.Count == 0 ? 0 : lines[^1].Number;

        public (long Number, ReadOnlyMemory<byte> Bytes, string? Reason, string Detail) this[int index]
        {
            get
            {
                var (number, start, length, reason, detail) = lines[index];
                return (number, buffer.AsMemory(start, length), reason, detail);
            }
        }

        public void Add(NdjsonLine line)
        {
            if (line.IsOversized)
            {
                AddEnd(line.Number, ReasonCodes.LineTooLong, $"{line.Length} bytes at offset {line.Offset}");
                return;
            }

            if (Bytes + line.Bytes.Length > buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, Bytes + line.Bytes.Length));
                buffer.AsSpan(0, Bytes).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

            line.Bytes.CopyTo(buffer.AsMemory(Bytes));
            lines.Add((line.Number, Bytes, line.Bytes.Length, null, ""));
            Bytes += line.Bytes.Length;
        }

        public void AddEnd(long number, string reason, string detail) => lines.Add((number, 0, 0, reason, detail));

        public void Return()
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    /// <summary>The text of an exception may quote what was being read: only its type and place are logged.</summary>
    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Submission {Submission} is completed: {Lines} lines, {Held} held")]
        public static partial void Completed(ILogger logger, string submission, long lines, long held);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The state store cannot be written ({Fault}); trying again")]
        public static partial void StoreUnavailable(ILogger logger, string fault);

        [LoggerMessage(Level = LogLevel.Error, Message = "A batch of submission {Submission} failed with {Fault}; each line is tried alone {Where}")]
        public static partial void BatchFailed(ILogger logger, string submission, string fault, string where);

        [LoggerMessage(Level = LogLevel.Error, Message = "Line {Line} of submission {Submission} failed with {Fault} and is held as internal-error {Where}")]
        public static partial void LineFailed(ILogger logger, string submission, long line, string fault, string where);
    }
}
