using FhirGateway.Fhir.Ndjson;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

public sealed partial class BulkProcessor
{
    private const int NotedPage = 2000;

    /// <summary>
    /// Lines whose references did not resolve when they were read are read again: what they refer to may have come behind them, in
    /// this submission, or for an earlier one of the same job in this one.
    /// </summary>
    private async Task ReadAgainAsync(BulkProgress progress, CancellationToken cancellationToken)
    {
        if (progress.Submission.Rank > BulkSteps.LateReferences || progress.IsInterrupted)
            return;
        await ReadAgainAsync(progress, progress.Submission, cancellationToken);
        if (progress.Submission.Job is { } job)
        {
            var others = await store.WriteAsync(StateLane.Bulk, tx => tx.Submissions.OfJob(job), cancellationToken);
            // Once for all of them: the last manifest that waits does it.
            if (others.Any(s => s.State == SubmissionState.Pending && s.Id != progress.Submission.Id))
                others = [];
            foreach (var other in others.Where(s => s.State == SubmissionState.Completed && s.Id != progress.Submission.Id))
                await ReadAgainAsync(progress, other, cancellationToken);
        }

        // Of a job, they wait for the next manifest.
        while (progress is { IsInterrupted: false, Submission.IsUndoable: false })
        {
            var more = false;
            await CommitAsync(progress, progress.Submission, tx =>
            {
                more = tx.References.ForgetLines(progress.Submission.Id, BulkHousekeeping.RowsPerTransaction);
                return null;
            }, cancellationToken);
            if (!more)
                return;
        }
    }

    private async Task ReadAgainAsync(BulkProgress progress, Submission of, CancellationToken cancellationToken)
    {
        var file = await store.WriteAsync(StateLane.Bulk, tx => tx.References.NextFile(of.Id, 0), cancellationToken);
        while (file is { } number && !progress.IsInterrupted)
        {
            if (File.Exists(Path.Combine(spool, of.Files[number].Path)))
                await ReadAgainAsync(progress, of, number, cancellationToken);
            file = await store.WriteAsync(StateLane.Bulk, tx => tx.References.NextFile(of.Id, number + 1), cancellationToken);
        }
    }

    private async Task ReadAgainAsync(BulkProgress progress, Submission of, int file, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(
            Path.Combine(spool, of.Files[file].Path), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: false);
        await using var reader = new NdjsonReader(stream);
        var noted = new Queue<(long Line, int Count)>();
        var batch = new LineBatch();
        var counts = new List<int>();
        var last = 0L;
        while (!progress.IsInterrupted)
        {
            if (noted.Count == 0)
            {
                foreach (var line in await store.WriteAsync(StateLane.Bulk, tx => tx.References.LinesOf(of.Id, file, last, NotedPage), cancellationToken))
                    noted.Enqueue(line);
                if (noted.Count == 0)
                    break;
            }

            if (!await reader.ReadAsync(cancellationToken))
                break;
            if (reader.Line.Number != noted.Peek().Line)
                continue;
            last = reader.Line.Number;
            batch.Add(reader.Line);
            counts.Add(noted.Dequeue().Count);
            if (batch.Count < BatchSize && batch.Bytes < BatchBytes)
                continue;
            await WriteAgainAsync(progress, of, file, batch, counts, cancellationToken);
            batch = new LineBatch();
            counts.Clear();
        }

        await WriteAgainAsync(progress, of, file, batch, counts, cancellationToken);
    }

    private async Task WriteAgainAsync(
        BulkProgress progress, Submission of, int file, LineBatch batch, List<int> before, CancellationToken cancellationToken)
    {
        var settingsOf = settings.Of(progress.Source, of.FhirBaseUrl);
        var promised = of.Files[file].Type;
        var items = new BulkItem?[batch.Count];
        Parallel.For(0, items.Length, Parallelism, i =>
        {
            var stage = stages.Value!;
            if (stage.Unresolved(batch[i].Bytes, settingsOf.Bulk) < before[i])
                items[i] = stage.Read(batch[i].Bytes, file, batch[i].Number, settingsOf.Bulk, settingsOf.Validation, promised);
        });
        batch.Return();
        if (progress.IsInterrupted || Array.TrueForAll(items, i => i is null))
            return;
        try
        {
            await CommitAsync(progress, progress.Submission, tx => WriteAgain(tx, progress, of, items, before), cancellationToken);
        }
        catch (Exception e) when (IsOurs(e))
        {
            // They stay as they were, with their references counted as unresolved.
            tracking.Forget();
            Log.ReadingAgainFailed(log, of.Id, e.GetType().Name, e.StackTrace ?? "");
        }
    }

    private Submission? WriteAgain(IStateTransaction tx, BulkProgress progress, Submission of, BulkItem?[] items, List<int> before)
    {
        var isOwn = of.Id == progress.Submission.Id;
        if (tx.Submissions.Find(of.Id) is not { } stored || (!isOwn && stored.State != SubmissionState.Completed))
            return null;
        var writer = new BulkWriter(tx, PublisherOf(tx), progress.Source, stored, tracking);
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] is { } item)
                writer.WriteAgain(item, before[i]);
        }

        var updated = stored with { Counts = stored.Counts.Plus(writer.Counts) };
        if (isOwn)
            return updated with { Rank = BulkSteps.LateReferences, File = 0, Line = 0 };
        tx.Submissions.Update(updated);
        return null;
    }

    /// <summary>Targets of the source that were missing, in this submission or in earlier ones, may have arrived.</summary>
    private async Task LookAgainAsync(BulkProgress progress, CancellationToken cancellationToken)
    {
        if (progress.Submission.Counts.Stored == 0)
            return;
        Guid? after = Guid.Empty;
        while (after is { } from && !progress.IsInterrupted)
        {
            await CommitAsync(progress, progress.Submission with { Rank = BulkSteps.LastLook, File = 0, Line = 0 }, tx =>
            {
                after = tx.References.Recheck(progress.Submission.Source, from, BulkHousekeeping.RowsPerTransaction);
                return null;
            }, cancellationToken);
        }
    }
}
