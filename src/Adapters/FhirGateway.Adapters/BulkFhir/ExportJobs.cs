using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Audit;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Keeps export jobs. What it changes is committed when it returns; where the store cannot be written, <see cref="IOException"/>.</summary>
public sealed class ExportJobs(IStateStore store, SecretBox secrets, TimeProvider clock)
{
    private const int MostNotes = 50;
    private const int MostLookedBack = 50;

    /// <summary>Begins a job; null where the source has an export that is not over.</summary>
    public Task<BulkJob?> BeginAsync(Source source, ExportDetail detail, string by, CancellationToken cancellationToken) =>
        store.WriteAsync(StateLane.Messages, tx =>
        {
            if (Unfinished(tx, source.Number) is not null)
                return null;
            var now = clock.GetUtcNow();
            var job = new BulkJob
            {
                Id = "j-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
                Source = source.Number,
                Kind = BulkJobKind.Export,
                CreatedAt = now,
                UpdatedAt = now,
                Detail = Write(detail),
            };
            tx.Jobs.Insert(job);
            tx.Audit.Append(new AuditRecord(AuditKinds.Change, ExportAuditJson.Of(job.Id, source.Id, by)));
            return job;
        }, cancellationToken);

    /// <summary>The job of the source that is running or paused; null for none.</summary>
    public Task<BulkJob?> UnfinishedAsync(Source source, CancellationToken cancellationToken) =>
        store.WriteAsync(StateLane.Messages, tx => Unfinished(tx, source.Number), cancellationToken);

    /// <summary>When the newest export of the source began; null before the first.</summary>
    public Task<DateTimeOffset?> LastBeginAsync(Source source, CancellationToken cancellationToken) =>
        store.WriteAsync(StateLane.Messages, tx => tx.Jobs.Newest(source.Number, MostLookedBack).FirstOrDefault(j => j.Kind == BulkJobKind.Export)?.CreatedAt, cancellationToken);

    public Task<BulkJob?> FindAsync(string id, CancellationToken cancellationToken) =>
        store.WriteAsync(StateLane.Messages, tx => tx.Jobs.Find(id), cancellationToken);

    public Task<IReadOnlyList<BulkJob>> RunningAsync(CancellationToken cancellationToken) =>
        store.WriteAsync<IReadOnlyList<BulkJob>>(StateLane.Messages, tx => [.. tx.Jobs.Open(BulkJobKind.Export).Where(j => j.State == BulkJobState.Running)], cancellationToken);

    /// <summary>Changes the detail of a job, with whatever else belongs to it, in one transaction; the new detail.</summary>
    public Task<ExportDetail> ChangeAsync(
        string id, Func<ExportDetail, ExportDetail> change, Action<IStateTransaction>? also, CancellationToken cancellationToken) =>
        store.WriteAsync(StateLane.Messages, tx =>
        {
            var job = tx.Jobs.Find(id) ?? throw new InvalidOperationException($"job {id} is gone");
            var detail = change(Read(job));
            tx.Jobs.Update(job with { Detail = Write(detail), UpdatedAt = clock.GetUtcNow() });
            also?.Invoke(tx);
            return detail;
        }, cancellationToken);

    /// <summary>Reads from the state.</summary>
    public Task<T> ReadAsync<T>(Func<IStateTransaction, T> read, CancellationToken cancellationToken) => store.WriteAsync(StateLane.Messages, read, cancellationToken);

    /// <summary>Ends a job that runs; one that somebody paused or cancelled meanwhile stays as it is.</summary>
    /// <param name="id">Of the job.</param>
    /// <param name="state">How it ended.</param>
    /// <param name="fault">Why it failed; null where it did not.</param>
    /// <param name="close">What else belongs to its end, in the same transaction; the detail that it leaves, null for the one it had.</param>
    /// <param name="cancellationToken">Gives up before anything was stored.</param>
    public Task EndAsync(
        string id, BulkJobState state, string? fault, Func<IStateTransaction, BulkJob, ExportDetail?> close, CancellationToken cancellationToken) =>
        store.WriteAsync(StateLane.Messages, tx =>
        {
            if (tx.Jobs.Find(id) is { State: BulkJobState.Running } job)
                tx.Jobs.Update(job with { State = state, Fault = fault, Detail = close(tx, job) is { } detail ? Write(detail) : job.Detail, UpdatedAt = clock.GetUtcNow() });
            return true;
        }, cancellationToken);

    /// <summary>In transactions too, where <see cref="InvalidDataException"/> would mean a damaged store: <see cref="JsonException"/> for a detail that is none.</summary>
    public static ExportDetail Read(BulkJob job) =>
        JsonSerializer.Deserialize(job.Detail, BulkFhirJson.Default.ExportDetail) ?? throw new JsonException($"the detail of job {job.Id} is empty");

    /// <summary>Adds what an operator should know.</summary>
    public static ExportDetail Note(ExportDetail detail, string note) =>
        detail.Notes.Length >= MostNotes || detail.Notes.Contains(note) ? detail : detail with { Notes = detail.Notes.Add(note) };

    /// <summary>A status URL may be a capability: it is kept sealed.</summary>
    public string Seal(string job, Uri url) => secrets.Seal("export " + job, Encoding.UTF8.GetBytes(url.AbsoluteUri));

    /// <exception cref="ExportException">It was sealed with another key.</exception>
    public Uri Unseal(string job, string text)
    {
        try
        {
            return new Uri(Encoding.UTF8.GetString(secrets.Unseal("export " + job, text)));
        }
        catch (InvalidDataException)
        {
            throw new ExportException("the secrets of this export cannot be opened: keys/secrets.key is not the one it was sealed with");
        }
    }

    private static BulkJob? Unfinished(IStateTransaction tx, int source) => tx.Jobs.Newest(source, MostLookedBack)
        .FirstOrDefault(j => j is { Kind: BulkJobKind.Export, State: BulkJobState.Running or BulkJobState.Paused or BulkJobState.Stopping });

    private static string Write(ExportDetail detail) => JsonSerializer.Serialize(detail, BulkFhirJson.Default.ExportDetail);
}
