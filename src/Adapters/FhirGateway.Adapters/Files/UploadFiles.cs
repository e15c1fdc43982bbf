using System.Security.Cryptography;

namespace FhirGateway.Adapters.Files;

/// <summary>The bytes of uploads in parts: one file in a folder of the spool each, until the upload is accepted or given up.</summary>
public sealed class UploadFiles(string spool)
{
    /// <summary>Not a name that <see cref="BulkIntake.RemoveUnfinished"/> takes for a left-over.</summary>
    private const string Prefix = "upload-";

    /// <summary>The file inside its folder, under the name that it has as the first file of a submission.</summary>
    public const string FileName = "00000";

    /// <summary>Name of the folder of a job inside the spool.</summary>
    public static string FolderOf(string job) => Prefix + job;

    /// <summary>The jobs that have a folder.</summary>
    public IEnumerable<string> Jobs() =>
        Directory.EnumerateDirectories(spool, Prefix + "*").Select(f => Path.GetFileName(f)[Prefix.Length..]);

    /// <summary>Opens the file to write on from <paramref name="offset"/>; what lies behind was never acknowledged and is cut off.</summary>
    /// <exception cref="IOException">It is shorter than that, or cannot be written.</exception>
    public UploadPart Open(string job, long offset)
    {
        var folder = Path.Combine(spool, FolderOf(job));
        if (offset == 0 && !Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            DiskSync.Directory(spool);
        }

        var file = new FileStream(Path.Combine(folder, FileName), offset == 0 ? FileMode.OpenOrCreate : FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: false);
        try
        {
            if (file.Length < offset)
                throw new IOException($"the file of upload {job} ends before the bytes that were acknowledged");
            file.SetLength(offset);
            file.Position = offset;
            if (offset == 0)
                DiskSync.Directory(folder);
            return new UploadPart(file, offset);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether the folder of an upload has become that of its submission.</summary>
    public bool Became(string submission) => Directory.Exists(Path.Combine(spool, submission));

    /// <summary>SHA-256 of the whole file, in lower-case hex; of one that became the submission already too.</summary>
    public async Task<string> HashAsync(string job, string submission, CancellationToken cancellationToken)
    {
        var path = Path.Combine(spool, FolderOf(job), FileName);
        var options = new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan };
        await using var file = new FileStream(File.Exists(path) ? path : Path.Combine(spool, submission, FileName), options);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    /// <summary>Removes the bytes of an upload that is over; nothing where there are none.</summary>
    public void Remove(string job)
    {
        var folder = Path.Combine(spool, FolderOf(job));
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
