using FhirGateway.Organizations;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>What stands at the beginning and at the end of a submission's work, each inside one state transaction.</summary>
internal sealed class BulkHousekeeping(CurrentDirectory directory, TimeProvider clock)
{
    public const int RowsPerTransaction = 1000;

    /// <summary>Before a run again: forgets what earlier runs reported, some at a time; null while there is more.</summary>
    public static Submission? Clear(IStateTransaction tx, Submission submission)
    {
        var more = tx.Submissions.Clear(submission, RowsPerTransaction) | tx.References.Forget(submission.Id, RowsPerTransaction);
        return more ? null : submission with { Rank = 0, File = 0, Line = 0 };
    }

    /// <summary>Everything is effective.</summary>
    public Submission Completed(IStateTransaction tx, Submission submission)
    {
        var now = clock.GetUtcNow();
        var done = submission with
        {
            State = SubmissionState.Completed,
            CompletedAt = now,
            Counts = submission.Counts with { MissingTargets = tx.References.MissingOf(submission.Id) },
        };
        var figures = tx.Figures.Of(done.Source);
        tx.Figures.Save(done.Source, figures with
        {
            Submissions = figures.Submissions + 1,
            Lines = figures.Lines + done.Counts.Lines,
            Held = figures.Held + done.Counts.Held,
            Seconds = figures.Seconds + (now - (done.StartedAt ?? now)).TotalSeconds,
            LastCompleted = now,
        });
        tx.Audit.Append(SubmissionAudit.Of(directory.Value.SourceOf(done.Source).Id, done, "completed"));
        return done;
    }

    /// <summary>Everything is taken back; so is its job if that was all.</summary>
    public Submission Withdrawn(IStateTransaction tx, Submission submission)
    {
        var now = clock.GetUtcNow();
        var done = submission with { State = SubmissionState.Withdrawn, CompletedAt = now };
        tx.Submissions.Update(done);
        tx.Submissions.Settle(done.Id);
        if (done.Job is { } job)
            BulkSteps.FinishJob(tx, job, now);
        tx.Audit.Append(SubmissionAudit.Of(directory.Value.SourceOf(done.Source).Id, done, "withdrawn"));
        return done;
    }

    /// <summary>Forgets what was kept to take submissions back whose job is over, some at a time; false if there was nothing to do.</summary>
    public static bool Settle(IStateTransaction tx)
    {
        if (tx.Submissions.NextSettled() is not { } id)
            return false;
        var more = tx.Undo.Forget(id, RowsPerTransaction) | tx.References.ForgetLines(id, RowsPerTransaction);
        if (!more)
            tx.Submissions.Settle(id);
        return true;
    }
}
