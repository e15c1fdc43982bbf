using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using FhirGateway.Adapters.Files;
using FhirGateway.Journal;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Submissions;

namespace FhirGateway.Host.Endpoints;

/// <summary>
/// Uploads in parts (Resumable Uploads for HTTP). Each is a bulk job; its bytes are synced before its offset is written down, and
/// its offset is written down before it is acknowledged. Complete, it is accepted as any other upload.
/// </summary>
internal sealed class PartialUploads(Engine engine, Uploads uploads, GatewayOptions options, TimeProvider clock)
{
    /// <summary>How long an upload waits for its next part.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);
    private const int BufferSize = 256 * 1024;
    private const int MostJudged = 1000;

    /// <summary>A long part is written down each time this much of it is there.</summary>
    private const long NoteEvery = 64L << 20;

    private readonly ConcurrentDictionary<string, UploadLease> leases = new(StringComparer.Ordinal);

    /// <summary>Begins an upload, or finds the open one of the same Idempotency-Key; null where the source has too many open.</summary>
    public Task<(BulkJob Job, bool IsNew)?> BeginAsync(Source source, UploadProgress progress, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var job = new BulkJob
        {
            Id = "j-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            Source = source.Number,
            Kind = BulkJobKind.Upload,
            CreatedAt = now,
            UpdatedAt = now,
            Detail = Text(progress),
        };
        return engine.Store.WriteAsync<(BulkJob, bool)?>(StateLane.Messages, tx =>
        {
            var open = tx.Jobs.Open(BulkJobKind.Upload).Where(j => j.Source == source.Number).ToList();
            if (progress.Key is { } key && open.Find(j => ProgressOf(j).Key == key) is { } same)
                return (same, false);
            if (open.Count >= options.Http.MostOpenUploads)
                return null;
            tx.Jobs.Insert(job);
            return (job, true);
        }, cancellationToken);
    }

    /// <summary>
    /// Whether a request that begins an upload describes the file that this open upload is of. A part may have named length and
    /// digest after the first request did not: what a request leaves out is no difference.
    /// </summary>
    public static bool IsOf(BulkJob job, UploadProgress asked)
    {
        var known = ProgressOf(job);
        return asked.Name == known.Name && (asked.Length ?? known.Length) == known.Length && (asked.Sha256 ?? known.Sha256) == known.Sha256;
    }

    /// <summary>Whether the source has such an upload.</summary>
    public async Task<bool> HasAsync(Source source, string id, CancellationToken cancellationToken) =>
        await ReadAsync(source, id, cancellationToken) is not null;

    /// <summary>How an upload stands. A part that is being received is ended, so that the offset told stays true.</summary>
    public async Task<PartAnswer> FindAsync(Source source, string id, CancellationToken cancellationToken)
    {
        if (await ReadAsync(source, id, cancellationToken) is null)
            return new PartAnswer(PartOutcome.Unknown);
        if (leases.TryGetValue(id, out var lease))
            await lease.InterruptAsync(cancellationToken);
        if (await ReadAsync(source, id, cancellationToken) is not { } job)
            return new PartAnswer(PartOutcome.Unknown);
        var accepted = job.State == BulkJobState.Completed ? await AcceptedAsync(job, cancellationToken) : null;
        return new PartAnswer(accepted is null ? PartOutcome.Appended : PartOutcome.Accepted, job.Id, ProgressOf(job), accepted);
    }

    /// <summary>Writes a part behind what is there, and at the last one accepts the whole.</summary>
    /// <exception cref="IOException">It could not be made durable: the offset told last counts.</exception>
    public async Task<PartAnswer> AppendAsync(Source source, string id, UploadRequest part, Stream body, CancellationToken cancellationToken)
    {
        using var lease = new UploadLease();
        if (!leases.TryAdd(id, lease))
            return await ReadAsync(source, id, cancellationToken) is { } busy ? new PartAnswer(PartOutcome.Busy, busy.Id, ProgressOf(busy)) : new PartAnswer(PartOutcome.Unknown);
        try
        {
            return await ReadAsync(source, id, cancellationToken) is { } job
                ? await AppendAsync(source, job, part, body, lease, cancellationToken)
                : new PartAnswer(PartOutcome.Unknown);
        }
        finally
        {
            leases.TryRemove(id, out _);
        }
    }

    /// <summary>Gives an upload up: its bytes are removed.</summary>
    public async Task<PartAnswer> CancelAsync(Source source, string id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(source, id, cancellationToken);
        if (found.Outcome != PartOutcome.Appended)
            return found with { Outcome = found.Outcome == PartOutcome.Accepted ? PartOutcome.Complete : found.Outcome };
        using var lease = new UploadLease();
        if (!leases.TryAdd(id, lease))
            return found with { Outcome = PartOutcome.Busy };
        try
        {
            await EndAsync(id, BulkJobState.Cancelled, null);
            return found;
        }
        finally
        {
            leases.TryRemove(id, out _);
        }
    }

    /// <summary>Ends uploads that got no byte for a week, and removes the bytes of all that are over; returns how many of these cannot be removed.</summary>
    public async Task<int> RemoveStaleAsync(CancellationToken cancellationToken)
    {
        var left = 0;
        var before = clock.GetUtcNow() - Life;
        foreach (var job in await engine.Store.WriteAsync(StateLane.Messages, tx => tx.Jobs.Open(BulkJobKind.Upload), cancellationToken))
        {
            if (job.UpdatedAt < before && !leases.ContainsKey(job.Id))
                await EndAsync(job.Id, BulkJobState.Failed, $"no part came for {Life.TotalDays:0} days");
        }

        // Those that an operator ended.
        foreach (var job in await engine.Store.WriteAsync(StateLane.Messages, tx => tx.Jobs.Newest(null, MostJudged), cancellationToken))
        {
            if (job is { Kind: BulkJobKind.Upload, State: not (BulkJobState.Running or BulkJobState.Paused) } && !leases.ContainsKey(job.Id) && !engine.BulkIntake.RemoveJob(job.Id))
                left++;
        }

        return left;
    }

    private async Task<PartAnswer> AppendAsync(Source source, BulkJob job, UploadRequest part, Stream body, UploadLease lease, CancellationToken cancellationToken)
    {
        var progress = ProgressOf(job);
        if (job.State == BulkJobState.Completed)
            return await AgainAsync(job, progress, part, cancellationToken);
        if (job.State == BulkJobState.Paused)
            return new PartAnswer(PartOutcome.Busy, job.Id, progress);
        if (part.Offset != progress.Offset)
            return new PartAnswer(PartOutcome.WrongOffset, job.Id, progress);
        if (part.Length is { } length && progress.Length is { } named && length != named)
            return new PartAnswer(PartOutcome.WrongLength, job.Id, progress);
        progress = progress with { Length = progress.Length ?? part.Length, Sha256 = part.Digests.Whole ?? progress.Sha256 };
        // A crash while it was accepted: its file has moved on and takes no more bytes, the acceptance goes on.
        var folder = engine.BulkIntake.FolderOf(job.Id, 0);
        if (folder.Accepted is not null)
            return part is { IsLast: true, IsEmpty: true } ? await CompleteAsync(source, job, progress, folder) : new PartAnswer(PartOutcome.Complete, job.Id, progress);
        var (outcome, end) = await WriteAsync(job, progress, folder, part, body, lease, cancellationToken);
        progress = progress with { Offset = end };
        if (outcome != PartOutcome.Appended || !part.IsLast)
            return new PartAnswer(outcome, job.Id, progress);
        return progress.Length is { } whole && whole != end
            ? new PartAnswer(PartOutcome.WrongLength, job.Id, progress)
            : await CompleteAsync(source, job, progress, folder);
    }

    // The last request again, because its answer was lost.
    private async Task<PartAnswer> AgainAsync(BulkJob job, UploadProgress progress, UploadRequest part, CancellationToken cancellationToken)
    {
        var isSame = part is { IsLast: true, IsEmpty: true } && part.Offset == progress.Offset;
        return new PartAnswer(isSame ? PartOutcome.Accepted : PartOutcome.Complete, job.Id, progress, await AcceptedAsync(job, cancellationToken));
    }

    private async Task<(PartOutcome Outcome, long End)> WriteAsync(
        BulkJob job, UploadProgress progress, SpoolFolder folder, UploadRequest part, Stream body, UploadLease lease, CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Interrupted);
        using var hash = part.Digests.Content is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = UploadPart.Open(folder, progress.Offset);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var noted = file.Start;
        try
        {
            while (await ReadAsync(body, buffer, reading.Token) is var n and not 0)
            {
                if (n < 0)
                {
                    // Cut off: what came counts, unless only the whole part could be proven.
                    if (hash is not null)
                        file.TakeBack();
                    await NoteAsync(job, progress, file);
                    return (PartOutcome.Interrupted, file.End);
                }

                if (file.End + n > (progress.Length ?? long.MaxValue) || file.End + n > options.Http.MostUploadBytes)
                {
                    file.TakeBack();
                    await NoteAsync(job, progress, file);
                    return (progress.Length is null ? PartOutcome.TooLong : PartOutcome.WrongLength, file.Start);
                }

                hash?.AppendData(buffer, 0, n);
                await file.WriteAsync(buffer.AsMemory(0, n), CancellationToken.None);
                if (hash is null && file.End - noted >= NoteEvery)
                {
                    await NoteAsync(job, progress, file);
                    noted = file.End;
                }
            }

            var isWrong = hash is not null && Convert.ToHexStringLower(hash.GetHashAndReset()) != part.Digests.Content;
            if (isWrong)
                file.TakeBack();
            await NoteAsync(job, progress, file);
            return (isWrong ? PartOutcome.WrongDigest : PartOutcome.Appended, file.End);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The next bytes; -1 where the sender went away, or somebody asked how far it came.</summary>
    private static async ValueTask<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is IOException and not BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } or OperationCanceledException)
        {
            return -1;
        }
    }

    /// <summary>Bytes first, then the offset, then (by the caller) the acknowledgement. Not cancelled: it is all that a sender who went away has left.</summary>
    private async Task NoteAsync(BulkJob job, UploadProgress progress, UploadPart file)
    {
        file.Sync();
        await SaveAsync(job with { Detail = Text(progress with { Offset = file.End }) });
    }

    private async Task<PartAnswer> CompleteAsync(Source source, BulkJob job, UploadProgress progress, SpoolFolder folder)
    {
        var sha256 = folder.Accepted?.Files[0].Sha256 ?? await HashAsync(folder.PathOf(0));
        if (progress.Sha256 is { } promised && promised != sha256)
        {
            await EndAsync(job.Id, BulkJobState.Failed, "the whole does not have the digest that was promised");
            return new PartAnswer(PartOutcome.WrongDigest, job.Id, progress);
        }

        if (await ReadAsync(source, job.Id, CancellationToken.None) is not { State: BulkJobState.Running })
            return new PartAnswer(PartOutcome.Busy, job.Id, progress);
        var file = new SpooledFile(folder.SpooledPathOf(0), progress.Name, progress.Offset, sha256);
        var accepted = await uploads.TakeAsync(source, progress.Client, progress.Key, folder.Submission, file, () => engine.BulkIntake.AcceptAsync(
            source, progress.Client, folder, [file], manifest: null, fhirBaseUrl: null, CancellationToken.None));
        if (accepted is null)
        {
            await EndAsync(job.Id, BulkJobState.Failed, "its Idempotency-Key was used for another file");
            return new PartAnswer(PartOutcome.KeyConflict, job.Id, progress);
        }

        progress = progress with { Submission = accepted.Submission };
        await SaveAsync(job with { State = BulkJobState.Completed, Detail = Text(progress) });
        engine.BulkIntake.RemoveJob(job.Id);
        return new PartAnswer(PartOutcome.Accepted, job.Id, progress, accepted);
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, CancellationToken.None));
    }

    private Task<BulkJob?> ReadAsync(Source source, string id, CancellationToken cancellationToken) => engine.Store.WriteAsync(StateLane.Messages, tx =>
        tx.Jobs.Find(id) is { Kind: BulkJobKind.Upload, State: BulkJobState.Running or BulkJobState.Paused or BulkJobState.Completed } job && job.Source == source.Number
            ? job
            : null, cancellationToken);

    private Task<ClientUpload?> AcceptedAsync(BulkJob job, CancellationToken cancellationToken) =>
        engine.Store.WriteAsync(StateLane.Messages, tx => tx.Clients.FindUpload(ProgressOf(job).Submission!), cancellationToken);

    private async Task EndAsync(string id, BulkJobState state, string? fault)
    {
        await engine.Store.WriteAsync(StateLane.Messages, tx =>
        {
            if (tx.Jobs.Find(id) is { State: BulkJobState.Running or BulkJobState.Paused } job)
                tx.Jobs.Update(job with { State = state, Fault = fault, UpdatedAt = clock.GetUtcNow() });
            return true;
        }, CancellationToken.None);
        engine.BulkIntake.RemoveJob(id);
    }

    // An operator may have paused or ended the job meanwhile: that stays, unless the job is complete now.
    private Task<bool> SaveAsync(BulkJob job) => engine.Store.WriteAsync(StateLane.Messages, tx =>
    {
        var state = job.State == BulkJobState.Completed ? job.State : tx.Jobs.Find(job.Id)!.State;
        tx.Jobs.Update(job with { State = state, UpdatedAt = clock.GetUtcNow() });
        return true;
    }, CancellationToken.None);

    private static UploadProgress ProgressOf(BulkJob job) => JsonSerializer.Deserialize(job.Detail, SubmissionJson.Default.UploadProgress)!;

    private static string Text(UploadProgress progress) => JsonSerializer.Serialize(progress, SubmissionJson.Default.UploadProgress);
}
