using FhirGateway.Audit;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>
/// Steers submissions and bulk jobs. What it did is in force when it returns: no batch of the old state is written any more,
/// also where one was under way.
/// </summary>
public sealed class SubmissionControl(IStateStore store, WorkSignal bulk, TimeProvider clock)
{
    /// <summary>Stops the work for now; of a job also what is fetched for it.</summary>
    /// <param name="id">Of a submission, or of a job for all of its submissions.</param>
    /// <param name="by">Who asks, for the audit log.</param>
    /// <param name="cancellationToken">Gives up before it is done.</param>
    public Task<Steered> PauseAsync(string id, string by, CancellationToken cancellationToken) => SteerAsync(tx => Pause(tx, id, by), cancellationToken);

    /// <inheritdoc cref="PauseAsync"/>
    /// <summary>Goes on where it was paused.</summary>
    public Task<Steered> ResumeAsync(string id, string by, CancellationToken cancellationToken) => SteerAsync(tx => Resume(tx, id, by), cancellationToken);

    /// <inheritdoc cref="PauseAsync"/>
    /// <summary>Ends the work; what was made effective stays.</summary>
    public Task<Steered> CancelAsync(string id, string by, CancellationToken cancellationToken) => SteerAsync(tx => Cancel(tx, id, by), cancellationToken);

    /// <inheritdoc cref="PauseAsync"/>
    /// <summary>Works through it again from the raw files, with counts of its own; what is the same stays the same.</summary>
    public Task<Steered> RerunAsync(string id, string by, CancellationToken cancellationToken) => SteerAsync(tx => Rerun(tx, id, by), cancellationToken);

    /// <inheritdoc cref="PauseAsync"/>
    /// <summary>
    /// Takes back everything that it made effective: earlier contents come again, participants get withdrawals with
    /// <see cref="Contracts.ReasonCodes.SubmissionStopped"/>. Possible as long as the job is not over.
    /// </summary>
    public Task<Steered> WithdrawAsync(string id, string by, CancellationToken cancellationToken) => SteerAsync(tx => Withdraw(tx, id, by), cancellationToken);

    /// <summary>As <see cref="PauseAsync"/>, inside a transaction of the caller; wake the worker with <see cref="Wake"/> after it.</summary>
    public Steered Pause(IStateTransaction tx, string id, string by) => Steer(tx, "pause", id, by,
        job => job.State switch
        {
            BulkJobState.Running => BulkJobState.Paused,
            BulkJobState.Paused => job.State,
            _ => null,
        },
        s => s.State switch
        {
            SubmissionState.Pending => s with { State = SubmissionState.Paused },
            SubmissionState.Paused => s,
            _ => null,
        });

    /// <inheritdoc cref="Pause"/>
    public Steered Resume(IStateTransaction tx, string id, string by) => Steer(tx, "resume", id, by,
        job => job.State switch
        {
            BulkJobState.Paused => BulkJobState.Running,
            BulkJobState.Running => job.State,
            _ => null,
        },
        s => s.State switch
        {
            SubmissionState.Paused => s with { State = SubmissionState.Pending },
            SubmissionState.Pending => s,
            _ => null,
        });

    /// <inheritdoc cref="Pause"/>
    public Steered Cancel(IStateTransaction tx, string id, string by) => Steer(tx, "cancel", id, by,
        job => job.State switch
        {
            BulkJobState.Running or BulkJobState.Paused => BulkJobState.Cancelled,
            BulkJobState.Cancelled => job.State,
            _ => null,
        },
        s => s.State switch
        {
            SubmissionState.Pending or SubmissionState.Paused => s with { State = SubmissionState.Cancelled },
            SubmissionState.Cancelled => s,
            _ => null,
        });

    /// <inheritdoc cref="Pause"/>
    public Steered Rerun(IStateTransaction tx, string id, string by) => Steer(tx, "rerun", id, by,
        job => job.State is BulkJobState.Stopping or BulkJobState.Stopped ? null : job.State,
        s => s.State is SubmissionState.Withdrawing or SubmissionState.Withdrawn ? null : s with
        {
            State = SubmissionState.Pending,
            Rank = BulkSteps.Clearing,
            File = 0,
            Line = 0,
            Counts = new SubmissionCounts(),
            Runs = s.Runs + 1,
            StartedAt = null,
            CompletedAt = null,
        });

    /// <inheritdoc cref="Pause"/>
    public Steered Withdraw(IStateTransaction tx, string id, string by) => Steer(tx, "withdraw", id, by,
        job => job.State switch
        {
            BulkJobState.Running or BulkJobState.Paused => BulkJobState.Stopping,
            BulkJobState.Stopping or BulkJobState.Stopped => job.State,
            _ => null,
        },
        s => s switch
        {
            { State: SubmissionState.Withdrawing or SubmissionState.Withdrawn } => s,
            // What was there before is being forgotten once the job is over.
            { IsUndoable: true } when s.Job is not { } of || tx.Jobs.Find(of) is { State: BulkJobState.Running or BulkJobState.Paused or BulkJobState.Stopping } =>
                s with { State = SubmissionState.Withdrawing, Rank = 0, File = 0, Line = 0, CompletedAt = null },
            _ => null,
        });

    /// <summary>Tells the worker that something changed.</summary>
    public void Wake() => bulk.Set();

    private async Task<Steered> SteerAsync(Func<IStateTransaction, Steered> steer, CancellationToken cancellationToken)
    {
        var steered = await store.WriteAsync(StateLane.Messages, steer, cancellationToken);
        Wake();
        return steered;
    }

    private Steered Steer(
        IStateTransaction tx, string verb, string id, string by,
        Func<BulkJob, BulkJobState?> ofJob, Func<Submission, Submission?> ofSubmission)
    {
        if (tx.Submissions.Find(id) is { } submission)
        {
            if (ofSubmission(submission) is not { } after)
                return NotPossible(verb, id, submission);
            Apply(tx, submission, after);
            return Done(tx, verb, id, by, 1);
        }

        if (tx.Jobs.Find(id) is not { } job)
            return new Steered(SteerOutcome.Unknown, $"There is no submission or job {id}");
        if (ofJob(job) is not { } state)
            return new Steered(SteerOutcome.NotPossible, $"{verb}: job {id} is {job.State.ToString().ToLowerInvariant()}");
        if (state != job.State)
            tx.Jobs.Update(job with { State = state, UpdatedAt = clock.GetUtcNow() });
        var changed = 0;
        foreach (var of in tx.Submissions.OfJob(id))
        {
            if (ofSubmission(of) is not { } after)
                continue;
            Apply(tx, of, after);
            changed++;
        }

        if (state == BulkJobState.Stopping)
            BulkSteps.FinishJob(tx, id, clock.GetUtcNow());
        return Done(tx, verb, id, by, changed);
    }

    private static void Apply(IStateTransaction tx, Submission before, Submission after)
    {
        if (!ReferenceEquals(before, after))
            tx.Submissions.Update(after with { Epoch = before.Epoch + 1 });
    }

    private static Steered NotPossible(string verb, string id, Submission submission) => new(
        SteerOutcome.NotPossible,
        verb == "withdraw" ? $"withdraw: what {id} overwrote is no longer kept, its job is over or it has none" : $"{verb}: submission {id} is {submission.State.ToString().ToLowerInvariant()}");

    private static Steered Done(IStateTransaction tx, string verb, string id, string by, int submissions)
    {
        tx.Audit.Append(new AuditRecord(AuditKinds.Change, SmallJson.Write((verb, id, by, submissions), static (json, f) =>
        {
            json.WriteString("change", "submission " + f.verb);
            json.WriteString("id", f.id);
            json.WriteString("client", f.by);
            json.WriteNumber("submissions", f.submissions);
        })));
        return new Steered(SteerOutcome.Done, $"{verb}: {id} ({submissions} {(submissions == 1 ? "submission" : "submissions")})");
    }
}
