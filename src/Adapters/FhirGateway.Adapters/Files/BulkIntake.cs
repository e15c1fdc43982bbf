using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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
    private const string AcceptedName = "accepted.json";

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
            // From here on nothing is given up half way: what is appended may be read although nobody waits for it.
            cancellationToken.ThrowIfCancellationRequested();
            await AppendAsync(source, client, submission);
            return submission;
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>
    /// The folder of one manifest of a bulk job, with what was fetched into it before; made if it is not there. The job's row
    /// must be committed before, or a restart removes the folder.
    /// </summary>
    /// <param name="job">Id of the job.</param>
    /// <param name="manifest">Which of its manifests, from 0.</param>
    public SpoolFolder FolderOf(string job, int manifest)
    {
        var (name, id) = NamesOf(job, manifest);
        var final = Path.Combine(spool, id);
        var isAccepted = Directory.Exists(final);
        var path = isAccepted ? final : Path.Combine(spool, Incoming + name);
        if (!isAccepted && !Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            DiskSync.Directory(spool);
        }

        return new SpoolFolder { Job = job, Manifest = manifest, Submission = id, Path = path, Accepted = isAccepted ? ReadAccepted(final) : null };
    }

    /// <summary>
    /// Accepts the files of a manifest, which lie whole and proven in its folder, as one submission. A file of the folder that is
    /// not named is removed. Repeated after a crash it makes no second one.
    /// </summary>
    /// <param name="source">Whose data it is.</param>
    /// <param name="client">Who brought it: a client id, or the gateway itself.</param>
    /// <param name="folder">Of <see cref="FolderOf"/>.</param>
    /// <param name="files">In the order in which they are processed, each with <see cref="SpoolFolder.SpooledPathOf"/>.</param>
    /// <param name="manifest">URL of the manifest, without what it must not show; null for an upload.</param>
    /// <param name="fhirBaseUrl">FHIR base URL of its references; null for that of the source.</param>
    /// <param name="cancellationToken">Gives up before anything was accepted.</param>
    /// <exception cref="IOException">It could not be made durable; the folder stays, and it can be tried again.</exception>
    public async Task<SpooledFiles> AcceptAsync(
        Source source, string client, SpoolFolder folder, IReadOnlyList<SpooledFile> files, string? manifest, string? fhirBaseUrl,
        CancellationToken cancellationToken)
    {
        var submission = folder.Accepted
            ?? new SpooledFiles(folder.Submission, files) { Job = folder.Job, Manifest = manifest, FhirBaseUrl = fhirBaseUrl };
        var final = Path.Combine(spool, folder.Submission);
        if (Directory.Exists(final))
        {
            await AppendAsync(source, client, submission);
        }
        else
        {
            foreach (var file in files.Where(f => Path.GetDirectoryName(f.Path) != folder.Submission))
                throw new ArgumentException($"'{file.Path}' does not lie in the folder of {folder.Submission}", nameof(files));
            RemoveOthers(folder, files);
            SyncFiles(folder, files);
            WriteAccepted(folder.Path, submission);
            cancellationToken.ThrowIfCancellationRequested();
            await MoveAndAppendAsync(source, client, submission, folder.Path, final);
        }

        return submission;
    }

    /// <summary>What could not be journaled goes back among what was gathered, where the end of its job finds it.</summary>
    private async Task MoveAndAppendAsync(Source source, string client, SpooledFiles submission, string gathered, string final)
    {
        Directory.Move(gathered, final);
        try
        {
            DiskSync.Directory(spool);
            await AppendAsync(source, client, submission);
        }
        catch (IOException)
        {
            Directory.Move(final, gathered);
            File.Delete(Path.Combine(gathered, AcceptedName));
            throw;
        }
    }

    /// <summary>Removes what was gathered for a job and never accepted; false where some of it cannot be removed, the rest is.</summary>
    public bool RemoveJob(string job)
    {
        if (!IsJob(job))
            throw new ArgumentException($"'{job}' is not the id of a bulk job", nameof(job));
        var isAll = true;
        foreach (var folder in Directory.EnumerateDirectories(spool, Incoming + job + "-*"))
            isAll &= DiskFault.TryRemove(folder);
        return isAll;
    }

    /// <summary>Removes what was gathered for one manifest of a job; false where there is nothing, or where it is accepted: then it is to stay.</summary>
    /// <param name="job">Id of the job.</param>
    /// <param name="manifest">Which of its manifests, from 0.</param>
    public bool RemoveManifest(string job, int manifest)
    {
        var (name, id) = NamesOf(job, manifest);
        var path = Path.Combine(spool, Incoming + name);
        return !Directory.Exists(Path.Combine(spool, id)) && Directory.Exists(path) && DiskFault.TryRemove(path);
    }

    /// <summary>Removes what a crash left of uploads that were never accepted; only while no upload can be under way.</summary>
    /// <param name="openJobs">Bulk jobs that go on: what they gathered stays.</param>
    /// <returns>Folders that cannot be removed.</returns>
    public int RemoveUnfinished(IReadOnlySet<string> openJobs)
    {
        var left = 0;
        foreach (var folder in Directory.EnumerateDirectories(spool, Incoming + "*"))
        {
            var name = Path.GetFileName(folder.AsSpan())[Incoming.Length..];
            var end = name.LastIndexOf('-');
            if ((end < 0 || !openJobs.Contains(name[..end].ToString())) && !DiskFault.TryRemove(folder))
                left++;
        }

        return left;
    }

    private static (string Name, string Submission) NamesOf(string job, int manifest)
    {
        if (!IsJob(job))
            throw new ArgumentException($"'{job}' is not the id of a bulk job", nameof(job));
        ArgumentOutOfRangeException.ThrowIfNegative(manifest);
        var name = string.Create(CultureInfo.InvariantCulture, $"{job}-{manifest:d5}");
        return (name, "s-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8)));
    }

    private static bool IsJob(string id) => id.StartsWith("j-", StringComparison.Ordinal) && id.Length is > 2 and <= 64 && id.AsSpan(2).IndexOfAnyExcept(Letters) < 0;

    private static readonly SearchValues<char> Letters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz");

    private async Task AppendAsync(Source source, string client, SpooledFiles submission)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(submission, SubmissionJson.Default.SpooledFiles);
        await journal.AppendAsync(
            new JournalEntry(EntryKind.Submission, source.Number, clock.GetUtcNow(), client, content), CancellationToken.None);
    }

    private static void RemoveOthers(SpoolFolder folder, IReadOnlyList<SpooledFile> files)
    {
        var kept = files.Select(f => Path.GetFileName(f.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder.Path).Where(f => !kept.Contains(Path.GetFileName(f))))
            File.Delete(file);
    }

    private static void SyncFiles(SpoolFolder folder, IReadOnlyList<SpooledFile> files)
    {
        foreach (var file in files)
        {
            using var handle = File.OpenHandle(Path.Combine(folder.Path, Path.GetFileName(file.Path)), FileMode.Open, FileAccess.ReadWrite);
            if (RandomAccess.GetLength(handle) != file.Length)
                throw new IOException($"{file.Path} has {RandomAccess.GetLength(handle)} bytes in the spool and not the {file.Length} that were proven");
            DiskSync.Data(handle);
        }
    }

    private static void WriteAccepted(string folder, SpooledFiles submission)
    {
        using (var file = new FileStream(Path.Combine(folder, AcceptedName), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(submission, SubmissionJson.Default.SpooledFiles));
            DiskSync.Data(file.SafeFileHandle);
        }

        DiskSync.Directory(folder);
    }

    private static SpooledFiles ReadAccepted(string folder)
    {
        var path = Path.Combine(folder, AcceptedName);
        return JsonSerializer.Deserialize(File.ReadAllBytes(path), SubmissionJson.Default.SpooledFiles)
            ?? throw new InvalidDataException($"{path} is empty");
    }

    private async Task<SpooledFile> SpoolAsync(string submission, int number, BulkUpload upload, CancellationToken cancellationToken)
    {
        var path = Path.Combine(submission, SpoolFolder.NameOf(number));
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
