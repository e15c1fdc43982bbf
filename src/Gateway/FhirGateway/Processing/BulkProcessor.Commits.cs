using FhirGateway.Contracts;
using FhirGateway.Submissions;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Processing;

public sealed partial class BulkProcessor
{
    /// <summary>
    /// One transaction of work on a submission: only if it stands as the worker knows it, else the worker is interrupted. While the
    /// store cannot be written it is tried again.
    /// </summary>
    /// <param name="progress">The submission under way.</param>
    /// <param name="at">What is saved where <paramref name="work"/> returns null.</param>
    /// <param name="work">Returns the submission as it is then.</param>
    /// <param name="cancellationToken">Ends the waiting for the store.</param>
    private async Task CommitAsync(BulkProgress progress, Submission at, Func<IStateTransaction, Submission?> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var interrupted = false;
                var updated = await store.WriteAsync(StateLane.Bulk, tx => Write(tx, progress, at, work, out interrupted), CancellationToken.None);
                if (updated is not null)
                {
                    progress.Submission = updated;
                    progress.LinesRead.Clear();
                }

                progress.IsInterrupted |= interrupted;
                return;
            }
            catch (IOException e)
            {
                tracking.Forget();
                Log.StoreUnavailable(log, e.Message);
                await Task.Delay(RetryAfter, clock, cancellationToken);
            }
        }
    }

    private Submission? Write(
        IStateTransaction tx, BulkProgress progress, Submission at, Func<IStateTransaction, Submission?> work, out bool interrupted)
    {
        var before = progress.Submission;
        var standing = tx.Submissions.StandingOf(before.Id);
        interrupted = standing is null || standing.State != before.State || standing.Epoch != before.Epoch;
        if (interrupted)
            return null;
        var updated = work(tx) ?? at;
        if (updated.StartedAt is null)
            updated = updated with { StartedAt = clock.GetUtcNow() };
        foreach (var (file, read) in progress.LinesRead)
            tx.Submissions.SaveReport(before.Id, file, tx.Submissions.ReportOf(before.Id, file) with { Lines = read });
        tx.Submissions.Update(updated);
        // What is to be taken back goes first, at the next batch and not at the end of the file.
        interrupted = before.State == SubmissionState.Pending && standing!.IsWithdrawalDue;
        return updated;
    }

    private async Task CommitItemsAsync(BulkProgress progress, BulkItem[] items, Submission at, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var published = 0;
                await CommitAsync(progress, at, tx => WriteItems(tx, progress, items, at, out published), cancellationToken);
                if (!IsAt(progress.Submission, at))
                    return;
                Interlocked.Add(ref lines, items.Length);
                Rates.Add(at.Id, items.Length);
                GatewayTelemetry.CountBulk(progress.Source.Id, items, published);
                return;
            }
            catch (Exception e) when (items.Length > 1 && IsOurs(e))
            {
                tracking.Forget();
                Log.BatchFailed(log, at.Id, e.GetType().Name, e.StackTrace ?? "");
                foreach (var item in items)
                {
                    if (!progress.IsInterrupted)
                        await CommitItemsAsync(progress, [item], at with { Line = item.Line }, cancellationToken);
                }

                return;
            }
            catch (Exception e) when (items.Length == 1 && items[0].Reason is null && IsOurs(e))
            {
                tracking.Forget();
                Log.LineFailed(log, at.Id, items[0].Line, e.GetType().Name, e.StackTrace ?? "");
                items = [BulkStage.Held(items[0].File, items[0].Line, ReasonCodes.InternalError, e.GetType().Name)];
            }
        }
    }

    private Submission WriteItems(IStateTransaction tx, BulkProgress progress, BulkItem[] items, Submission at, out int published)
    {
        var publisher = PublisherOf(tx);
        var writer = new BulkWriter(tx, publisher, progress.Source, progress.Submission, tracking);
        foreach (var item in items)
            writer.Write(item);
        writer.Finish();
        published = publisher.Published;
        return at with { Counts = progress.Submission.Counts.Plus(writer.Counts) };
    }

    private Publisher PublisherOf(IStateTransaction tx) => new(tx, directory.Value, bodies, clock.GetUtcNow());

    private static bool IsAt(Submission submission, Submission at) =>
        submission.Rank == at.Rank && submission.File == at.File && submission.Line == at.Line;

    private static bool IsOurs(Exception e) => e is not (OperationCanceledException or IOException or InvalidDataException or ObjectDisposedException);
}
