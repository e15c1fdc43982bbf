using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using FhirGateway.Journal;
using FhirGateway.Organizations;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.Files;

/// <summary>Accepts bulk files: spools and syncs the bytes, then journals the submission. Only then may 202 be answered.</summary>
public sealed class BulkIntake(string spool, IJournal journal, TimeProvider clock)
{
    private const int BufferSize = 256 * 1024;
    private const string Incoming = "incoming-";

    /// <summary>
    /// Accepts the files as one submission; returns its id and files. Throws <see cref="IOException"/> if it could not be made
    /// durable: nothing was accepted, and what was spooled is removed.
    /// </summary>
    public async Task<SpooledFiles> AcceptAsync(
        Source source, string client, IReadOnlyList<BulkUpload> uploads, CancellationToken cancellationToken)
    {
        var id = "s-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var folder = Path.Combine(spool, Incoming + id);
        Directory.CreateDirectory(folder);
        try
        {
            var files = new List<SpooledFile>(uploads.Count);
            foreach (var upload in uploads)
                files.Add(await SpoolAsync(id, files.Count, upload, cancellationToken));
            DiskSync.Directory(folder);
            Directory.Move(folder, Path.Combine(spool, id));
            folder = Path.Combine(spool, id);
            DiskSync.Directory(spool);
            var submission = new SpooledFiles(id, files);
            var content = JsonSerializer.SerializeToUtf8Bytes(submission, SubmissionJson.Default.SpooledFiles);
            await journal.AppendAsync(
                new JournalEntry(EntryKind.Submission, source.Number, clock.GetUtcNow(), client, content), cancellationToken);
            return submission;
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>
    /// Accepts files that lie synced in a folder of the spool already, as one submission whose id the caller chose beforehand and
    /// keeps: the folder becomes <c>spool/ID</c>. Called again after a crash or an <see cref="IOException"/> it goes on where it
    /// stopped; however often it was called, the submission is taken once.
    /// </summary>
    /// <param name="source">Whose data it is.</param>
    /// <param name="client">Who handed it over.</param>
    /// <param name="folder">Name of the folder inside the spool.</param>
    /// <param name="submission">Its files, each with a path inside <c>ID/</c>.</param>
    public async Task AdoptAsync(Source source, string client, string folder, SpooledFiles submission)
    {
        var from = Path.Combine(spool, folder);
        var to = Path.Combine(spool, submission.Submission);
        if (!Directory.Exists(to))
        {
            DiskSync.Directory(from);
            Directory.Move(from, to);
        }

        DiskSync.Directory(spool);
        var content = JsonSerializer.SerializeToUtf8Bytes(submission, SubmissionJson.Default.SpooledFiles);
        // Not cancelled: whether it is accepted must be known.
        await journal.AppendAsync(new JournalEntry(EntryKind.Submission, source.Number, clock.GetUtcNow(), client, content), CancellationToken.None);
    }

    /// <summary>Removes what a crash left of uploads that were never accepted; only while no upload can be under way.</summary>
    public void RemoveUnfinished()
    {
        foreach (var folder in Directory.EnumerateDirectories(spool, Incoming + "*"))
            Directory.Delete(folder, recursive: true);
    }

    private async Task<SpooledFile> SpoolAsync(string submission, int number, BulkUpload upload, CancellationToken cancellationToken)
    {
        var path = Path.Combine(submission, number.ToString("d5", CultureInfo.InvariantCulture));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var file = new FileStream(
                Path.Combine(spool, Incoming + path), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: false);
            var length = 0L;
            int n;
            while ((n = await upload.Content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer.AsSpan(0, n));
                await file.WriteAsync(buffer.AsMemory(0, n), cancellationToken);
                length += n;
            }

            DiskSync.Data(file.SafeFileHandle);
            return new SpooledFile(path, upload.Name, length, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
