using System.Text.Json;
using FhirGateway.Adapters.Files;
using FhirGateway.Processing;
using FhirGateway.Submissions;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>
/// Carries bulk submissions on: fetches manifests, follows their processing, withdraws what was replaced or stopped, and writes what
/// their senders are told. Everything it needs to know is in the store, so that it goes on after a restart.
/// </summary>
public sealed partial class BulkSubmitRunner(BulkSubmitParts parts, ILogger<BulkSubmitRunner> log)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TidyEvery = TimeSpan.FromHours(1);
    private const string DiskFull = "The receiver's disk is full: nothing of this manifest was taken; send it again with replacesManifestUrl";
    private readonly DiskStalls looks = new(parts.Clock);
    private readonly DiskStalls fetches = new(parts.Clock);
    private readonly ManifestIntake intake = new(parts);
    private readonly SubmitReports reports = new(parts);
    private readonly Dictionary<(string Job, int Manifest), ManifestFetchTask> underWay = [];
    private DateTimeOffset tidyAt;

    /// <summary>Runs until it is cancelled; fetches under way end before it returns.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await parts.JournalIsTaken(cancellationToken);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var isBusy = await TryLookAsync(cancellationToken);
                await parts.Submits.Changed.WaitAsync(isBusy ? parts.Options.LookEvery : Idle, cancellationToken);
            }
        }
        finally
        {
            await EndAsync();
        }
    }

    private async Task<bool> TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            Tidy();
            return await LookAsync(cancellationToken);
        }
        catch (IOException e)
        {
            Log.Unavailable(log, e.GetType().Name);
            await Task.Delay(RetryAfter, parts.Clock, cancellationToken);
            return true;
        }
    }

    /// <summary>What cannot be removed is no reason to carry nothing on.</summary>
    private void Tidy()
    {
        var now = parts.Clock.GetUtcNow();
        if (now < tidyAt)
            return;
        tidyAt = now + TidyEvery;
        try
        {
            if (parts.Outcomes.RemoveExpired() is > 0 and var left)
                Log.OutcomesLeft(log, left);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotTidied(log, e.GetType().Name);
        }
    }

    /// <summary>One look at everything that is open; whether anything of it moves.</summary>
    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        var open = await parts.Store.WriteAsync(StateLane.Messages, tx => tx.Jobs.Open(BulkJobKind.BulkSubmit), cancellationToken);
        var isBusy = false;
        var wanted = new HashSet<(string, int)>();
        foreach (var job in open)
            isBusy |= await TryLookAsync(job, wanted, cancellationToken);
        await CancelUnwantedAsync(wanted);
        return isBusy || underWay.Count > 0;
    }

    /// <summary>A fault of our disk in one submission must not keep the others from being looked at: one of them may be stopped.</summary>
    private async Task<bool> TryLookAsync(BulkJob job, HashSet<(string, int)> wanted, CancellationToken cancellationToken)
    {
        try
        {
            if (await TryReadAsync(job) is not { } kept)
                return false;
            if (job.State == BulkJobState.Running)
                wanted.UnionWith(kept.Submission.Manifests.Where(m => m.Stage == ManifestStage.Waiting).Select(m => (job.Id, m.Number)));
            if (!looks.Holds(job.Id))
            {
                await TryCarryOnAsync(kept, cancellationToken);
                looks.Forget(job.Id);
            }

            return job.State == BulkJobState.Stopping || kept.Submission.Manifests.Any(m => !m.IsFinal);
        }
        catch (IOException e)
        {
            Log.JobUnavailable(log, job.Id, e.GetType().Name);
            looks.Fault(job.Id);
            return true;
        }
    }

    private async Task<KeptSubmission?> TryReadAsync(BulkJob job)
    {
        try
        {
            return parts.Submits.Read(job);
        }
        catch (Exception e) when (e is SealedSecretException or JsonException)
        {
            Log.Unreadable(log, job.Id, e.GetType().Name);
            await FailAsync(job.Id, e is SealedSecretException ? e.Message : "Its detail cannot be read");
            return null;
        }
    }

    /// <summary>A fault of ours in one submission must not stop the others.</summary>
    private async Task TryCarryOnAsync(KeptSubmission kept, CancellationToken cancellationToken)
    {
        try
        {
            await CarryOnAsync(kept, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException or ObjectDisposedException))
        {
            Log.Failed(log, kept.Job.Id, e.GetType().Name, e.StackTrace ?? "");
            await FailAsync(kept.Job.Id, "Internal error: the log says where");
        }
    }

    private async Task FailAsync(string job, string fault)
    {
        await parts.Store.WriteAsync(StateLane.Messages, tx =>
        {
            if (tx.Jobs.Find(job) is { } current)
                tx.Jobs.Update(current with { State = BulkJobState.Failed, Fault = fault, UpdatedAt = parts.Clock.GetUtcNow() });
            return true;
        }, CancellationToken.None);
        await RemoveAbandonedAsync(job);
    }

    /// <summary>What was gathered for a job that was ended goes; that of a paused one stays, and nothing goes while it is written to.</summary>
    private async Task RemoveAbandonedAsync(string job)
    {
        if (underWay.Keys.Any(k => k.Job == job)
            || await parts.Store.WriteAsync(StateLane.Messages, tx => tx.Jobs.Find(job), CancellationToken.None) is not { State: BulkJobState.Cancelled or BulkJobState.Failed })
            return;
        RemoveSpooled(job);
    }

    private void RemoveSpooled(string job)
    {
        looks.Forget(job);
        fetches.Forget(job);
        if (!parts.Intake.RemoveJob(job))
            Log.NotRemoved(log, job);
    }

    private async Task CarryOnAsync(KeptSubmission kept, CancellationToken cancellationToken)
    {
        // An operator may stop a job too: then all of it goes, whatever its sender says.
        if (kept.Job.State == BulkJobState.Stopping)
        {
            await parts.Submits.ChangeAsync(kept.Job.Id, BulkSubmitRules.Discard, cancellationToken);
        }
        else
        {
            foreach (var manifest in BulkSubmitRules.ToFetch(kept.Submission))
                TryBegin(kept, manifest, cancellationToken);
        }

        foreach (var manifest in kept.Submission.Manifests)
        {
            if (underWay.ContainsKey((kept.Job.Id, manifest.Number)))
                continue;
            if (manifest.Stage == ManifestStage.Accepted)
                await FollowAsync(kept, manifest, cancellationToken);
            else if (manifest.Stage == ManifestStage.Withdrawing)
                await WithdrawAsync(kept, manifest, cancellationToken);
            else if (manifest is { Outcome: null, Stage: ManifestStage.Failed or ManifestStage.Processed })
                await ReportAsync(kept, manifest, cancellationToken);
        }

        if (kept.Submission.Manifests.All(m => m.IsFinal))
            await FinishAsync(kept, cancellationToken);
    }

    private async Task FinishAsync(KeptSubmission kept, CancellationToken cancellationToken)
    {
        if (await parts.Submits.ChangeAsync(kept.Job.Id, s => s, cancellationToken))
            Log.Finished(log, kept.Job.Id, kept.Submission.Manifests.Length);
        RemoveSpooled(kept.Job.Id);
    }

    /// <summary>Accepted: waits until all of it is in effect, then says what became of it.</summary>
    private async Task FollowAsync(KeptSubmission kept, SubmittedManifest manifest, CancellationToken cancellationToken)
    {
        var submission = await FindAsync(manifest.Submission!, cancellationToken);
        if (submission is { State: SubmissionState.Completed or SubmissionState.Cancelled or SubmissionState.Withdrawn })
            await ReportAsync(kept, manifest with { Stage = ManifestStage.Processed }, cancellationToken);
    }

    /// <summary>The outcome file is on disk before the manifest counts as finished.</summary>
    private async Task ReportAsync(KeptSubmission kept, SubmittedManifest manifest, CancellationToken cancellationToken)
    {
        var outcome = reports.Write(kept, manifest);
        await parts.Submits.ChangeAsync(kept.Job.Id, s =>
        {
            var current = s.Manifest(manifest.Number);
            return current.Stage is ManifestStage.Withdrawing or ManifestStage.Withdrawn ? s : s.With(current with { Stage = manifest.Stage, Outcome = outcome });
        }, cancellationToken);
        parts.Submits.Changed.Set();
    }

    /// <summary>Takes back what a manifest put into effect; done when its submission says so, or when there never was one.</summary>
    private async Task WithdrawAsync(KeptSubmission kept, SubmittedManifest manifest, CancellationToken cancellationToken)
    {
        var id = manifest.Submission ?? parts.Intake.FolderOf(kept.Job.Id, manifest.Number).Submission;
        var submission = await FindAsync(id, cancellationToken);
        if (submission is null && manifest.Submission is not null)
            return; // Accepted a moment ago: its journal entry is not taken yet.
        if (submission is { State: not (SubmissionState.Withdrawing or SubmissionState.Withdrawn) })
        {
            var steered = await parts.Control.WithdrawAsync(id, kept.Submission.Client, cancellationToken);
            if (steered.IsDone)
                return;
            Log.NotWithdrawn(log, id);
            await FailAsync(kept.Job.Id, "What a manifest of it put into effect can no longer be taken back");
            return;
        }

        if (submission is null or { State: SubmissionState.Withdrawn })
        {
            await parts.Submits.ChangeAsync(kept.Job.Id, s => s.With(s.Manifest(manifest.Number) with { Stage = ManifestStage.Withdrawn, Outcome = null }), cancellationToken);
            parts.Submits.Changed.Set();
        }
    }

    private Task<Submission?> FindAsync(string id, CancellationToken cancellationToken) =>
        parts.Store.WriteAsync(StateLane.Messages, tx => tx.Submissions.Find(id), cancellationToken);

    private void TryBegin(KeptSubmission kept, SubmittedManifest manifest, CancellationToken cancellationToken)
    {
        var key = (kept.Job.Id, manifest.Number);
        if (underWay.ContainsKey(key) || fetches.Holds(kept.Job.Id) || underWay.Count >= parts.Options.ManifestsAtOnce
            || underWay.Values.Count(f => f.Source == kept.Job.Source) >= parts.Options.ManifestsPerSource)
            return;
        var fetch = new ManifestFetchTask(kept.Job.Source, cancellationToken);
        underWay[key] = fetch;
        fetch.Start(token => TakeAsync(kept, manifest, fetch, token));
    }

    private async Task CancelUnwantedAsync(HashSet<(string Job, int Manifest)> wanted)
    {
        foreach (var (key, fetch) in underWay.ToList())
        {
            if (!wanted.Contains(key))
                await fetch.CancelAsync();
            if (!fetch.IsOver)
                continue;
            underWay.Remove(key);
            fetch.Dispose();
            parts.Submits.Changed.Set();
            await RemoveAbandonedAsync(key.Job);
        }
    }

    private async Task EndAsync()
    {
        foreach (var fetch in underWay.Values)
        {
            await fetch.CancelAsync();
            await fetch.WhenOver();
            fetch.Dispose();
        }

        underWay.Clear();
    }

    private async Task TakeAsync(KeptSubmission kept, SubmittedManifest manifest, ManifestFetchTask fetch, CancellationToken cancellationToken)
    {
        FetchedManifest fetched;
        try
        {
            var source = parts.Organizations.Value.SourceOf(kept.Job.Source);
            fetched = await intake.TakeAsync(source, kept, manifest, n => fetch.Fetched = n, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (IOException e)
        {
            Log.JobUnavailable(log, kept.Job.Id, e.GetType().Name);
            // What was fetched is all that can be given back; as long as it lies there, nothing else can be taken either.
            if (!DiskFault.IsFull(e) || !parts.Intake.RemoveManifest(kept.Job.Id, manifest.Number))
            {
                // Nothing was lost, and a later look begins it again.
                fetches.Fault(kept.Job.Id, manifest.Number, fetch.Fetched);
                return;
            }

            fetched = FetchedManifest.Failed(new ManifestFinding(null, "no-store", DiskFull));
        }
        catch (SealedSecretException)
        {
            return; // The next look cannot read it either, and fails the submission.
        }
        catch (Exception e)
        {
            Log.FetchFailed(log, kept.Job.Id, manifest.Number, e.GetType().Name, e.StackTrace ?? "");
            fetched = FetchedManifest.Failed(new ManifestFinding(null, "exception", "The receiver failed to take this manifest; its operator's log says where"));
        }

        await NoteAsync(kept.Job.Id, manifest.Number, fetched, fetch.Stopping);
    }

    /// <summary>
    /// What was accepted is noted come what may; else a stop of the submission could miss it until the next start. Where the
    /// gateway itself stops on a disk that fails, the next start finds it.
    /// </summary>
    private async Task NoteAsync(string job, int manifest, FetchedManifest fetched, CancellationToken stopping)
    {
        for (var faults = 0; ; faults++)
        {
            var isLast = stopping.IsCancellationRequested;
            try
            {
                await parts.Submits.ChangeAsync(job, s => s.With(fetched.Into(s.Manifest(manifest))), CancellationToken.None);
                fetches.Forget(job);
                parts.Submits.Changed.Set();
                return;
            }
            catch (IOException e)
            {
                Log.JobUnavailable(log, job, e.GetType().Name);
                if (isLast)
                    return;
                await Task.Delay(DiskStalls.PauseAfter(faults), parts.Clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (SealedSecretException)
            {
                return; // The next look cannot read it either, and fails the submission.
            }
        }
    }

    /// <summary>The text of an exception may quote what was being read: only its type and place are logged.</summary>
    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Bulk submission {Job} is over: {Manifests} manifests")]
        public static partial void Finished(ILogger logger, string job, int manifests);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Bulk submissions cannot be carried on ({Fault}); trying again")]
        public static partial void Unavailable(ILogger logger, string fault);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Bulk submission {Job} cannot be carried on ({Fault}); trying again")]
        public static partial void JobUnavailable(ILogger logger, string job, string fault);

        [LoggerMessage(Level = LogLevel.Warning, Message = "What was gathered for bulk submission {Job} cannot be removed from the spool")]
        public static partial void NotRemoved(ILogger logger, string job);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Folders} folders of expired outcomes cannot be removed")]
        public static partial void OutcomesLeft(ILogger logger, int folders);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Expired outcomes cannot be looked for: {Fault}")]
        public static partial void NotTidied(ILogger logger, string fault);

        [LoggerMessage(Level = LogLevel.Error, Message = "Bulk submission {Job} cannot be read ({Fault}) and is failed")]
        public static partial void Unreadable(ILogger logger, string job, string fault);

        [LoggerMessage(Level = LogLevel.Error, Message = "Bulk submission {Job} failed with {Fault} {Where}")]
        public static partial void Failed(ILogger logger, string job, string fault, string where);

        [LoggerMessage(Level = LogLevel.Error, Message = "Submission {Submission} could not be withdrawn")]
        public static partial void NotWithdrawn(ILogger logger, string submission);

        [LoggerMessage(Level = LogLevel.Error, Message = "Manifest {Manifest} of bulk submission {Job} failed with {Fault} {Where}")]
        public static partial void FetchFailed(ILogger logger, string job, int manifest, string fault, string where);
    }
}
