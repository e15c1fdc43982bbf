using System.Security.Cryptography;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>Keeps bulk submissions: every change is one state transaction, committed before anybody is told.</summary>
public sealed class BulkSubmitStore(IStateStore store, SecretBox secrets, TimeProvider clock) : IDisposable
{
    /// <summary>Submissions of one source that may be open at a time.</summary>
    public const int MostOpen = 100;

    private readonly WorkSignal changed = new();

    /// <summary>Set when a call changed something.</summary>
    public WorkSignal Changed => changed;

    public void Dispose() => changed.Dispose();

    /// <summary>Puts a call into force; durable when it returns. Throws <see cref="IOException"/> where nothing can be stored.</summary>
    /// <exception cref="SealedSecretException">The submission is known, and its secrets were sealed with another key.</exception>
    /// <param name="source">Whose submission it is: the authenticated one.</param>
    /// <param name="client">Id of the client that calls.</param>
    /// <param name="request">The call, its submitter agreed with this source.</param>
    /// <param name="cancellationToken">Gives up before the transaction begins.</param>
    public async Task<SubmitAnswer> SubmitAsync(Source source, string client, BulkSubmitRequest request, CancellationToken cancellationToken)
    {
        var call = secrets.Digest(request.Canonical());
        var answer = await store.WriteAsync(StateLane.Messages, tx => Submit(tx, source, client, request, call), cancellationToken);
        if (answer is { Fault: null, IsReplay: false })
            changed.Set();
        return answer;
    }

    /// <summary>The submission of this source, or null; another's is like an unknown one.</summary>
    /// <exception cref="SealedSecretException">Its secrets were sealed with another key.</exception>
    public async Task<KeptSubmission?> FindAsync(Source source, SubmitterIdentifier submitter, string submissionId, CancellationToken cancellationToken) =>
        Read(await store.WriteAsync(StateLane.Messages, tx => tx.Jobs.FindByKey(source.Number, BulkJobKind.BulkSubmit, BulkSubmission.KeyOf(submitter, submissionId)), cancellationToken));

    /// <summary>The submission with this job of this source, or null.</summary>
    /// <exception cref="SealedSecretException">Its secrets were sealed with another key.</exception>
    public async Task<KeptSubmission?> FindAsync(Source source, string job, CancellationToken cancellationToken)
    {
        var found = await store.WriteAsync(StateLane.Messages, tx => tx.Jobs.Find(job), cancellationToken);
        return found is { Kind: BulkJobKind.BulkSubmit } && found.Source == source.Number ? Read(found) : null;
    }

    /// <summary>Marks the polling URLs up to this number as deleted.</summary>
    public Task<bool> DeletePollsAsync(string job, int number, CancellationToken cancellationToken) =>
        ChangeAsync(job, s => s with { DeletedPolls = Math.Max(s.DeletedPolls, number) }, cancellationToken);

    /// <summary>Changes a submission and lets its job's state follow; false where the job is gone or nothing changed.</summary>
    internal Task<bool> ChangeAsync(string job, Func<BulkSubmission, BulkSubmission> change, CancellationToken cancellationToken) =>
        store.WriteAsync(StateLane.Messages, tx => Change(tx, job, change), cancellationToken);

    internal bool Change(IStateTransaction tx, string job, Func<BulkSubmission, BulkSubmission> change)
    {
        if (Read(tx.Jobs.Find(job)) is not { } kept)
            return false;
        var next = change(kept.Submission);
        var state = BulkSubmitRules.StateOf(next, kept.Job.State);
        if (state != kept.Job.State && state is BulkJobState.Completed or BulkJobState.Stopped)
            next = next with { FinishedAt = next.FinishedAt ?? clock.GetUtcNow() };
        if (ReferenceEquals(next, kept.Submission) && state == kept.Job.State)
            return false;
        tx.Jobs.Update(kept.Job with { State = state, UpdatedAt = clock.GetUtcNow(), Detail = BulkSubmitDetail.Write(next, job, secrets) });
        return true;
    }

    /// <summary>In a transaction too: <see cref="InvalidDataException"/> would count as damage of the store and fail what others write with it.</summary>
    /// <exception cref="SealedSecretException">Its secrets were sealed with another key.</exception>
    internal KeptSubmission? Read(BulkJob? job)
    {
        try
        {
            return job is null ? null : new KeptSubmission(job, BulkSubmitDetail.Read(job.Detail, job.Id, secrets));
        }
        catch (InvalidDataException e)
        {
            throw new SealedSecretException(e);
        }
    }

    private SubmitAnswer Submit(IStateTransaction tx, Source source, string client, BulkSubmitRequest request, string call)
    {
        var key = BulkSubmission.KeyOf(request.Submitter, request.SubmissionId);
        var kept = Read(tx.Jobs.FindByKey(source.Number, BulkJobKind.BulkSubmit, key));
        var decision = BulkSubmitRules.Apply(kept is null ? null : (kept.Submission, kept.Job.State), request, call, client);
        if (decision.Fault is null && kept is null && tx.Jobs.Open(BulkJobKind.BulkSubmit).Count(j => j.Source == source.Number) >= MostOpen)
            decision = SubmitDecision.Refused(SubmitFault.TooManyOpen, "throttled", $"{MostOpen} submissions are open: complete or stop one before the next begins");
        if (decision.Fault is { } fault)
            return new SubmitAnswer(null, false, fault, []);
        var job = kept?.Job.Id ?? "j-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        if (!decision.IsReplay)
            Save(tx, kept?.Job, job, source, key, decision);
        return new SubmitAnswer(job, decision.IsReplay, null, request.Ignored);
    }

    private void Save(IStateTransaction tx, BulkJob? known, string id, Source source, string key, SubmitDecision decision)
    {
        var now = clock.GetUtcNow();
        var next = decision.Next!;
        var state = BulkSubmitRules.StateOf(next, decision.State);
        if (state is BulkJobState.Completed or BulkJobState.Stopped)
            next = next with { FinishedAt = now };
        var detail = BulkSubmitDetail.Write(next, id, secrets);
        if (known is not null)
        {
            tx.Jobs.Update(known with { State = state, UpdatedAt = now, Detail = detail });
            return;
        }

        tx.Jobs.Insert(new BulkJob
        {
            Id = id,
            Source = source.Number,
            Kind = BulkJobKind.BulkSubmit,
            Key = key,
            State = state,
            CreatedAt = now,
            UpdatedAt = now,
            Detail = detail,
        });
    }
}
