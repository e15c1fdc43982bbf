using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Files;
using Microsoft.Win32.SafeHandles;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// What there is of a file: its bytes as received, hashed and counted as they are written. After a cut or a restart it goes on
/// only under a validator of the whole file that the server vouches for; without one it begins again.
/// </summary>
internal sealed class PartialFile : IAsyncDisposable
{
    private const int ReadBuffer = 1 << 20;
    private readonly FileRequest request;
    private readonly int checkpointBytes;
    private readonly SafeFileHandle file;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private LineTally tally;
    private readonly Lock gate = new();
    private Task syncing = Task.CompletedTask;
    private long marked;
    private long synced;
    private int generation;
    private byte first;

    private PartialFile(FileRequest request, int checkpointBytes, SafeFileHandle file)
    {
        this.request = request;
        this.checkpointBytes = checkpointBytes;
        this.file = file;
        tally = NewTally();
    }

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes of the whole file; null where nothing said so.</summary>
    public long? Total { get; private set; }

    /// <summary>What to put into If-Range; null where the file cannot go on after a cut.</summary>
    public string? Validator { get; private set; }

    /// <summary>Content encoding of the bytes: empty or <c>gzip</c>.</summary>
    public string Encoding { get; private set; } = "";

    /// <summary>Its bytes came in more than one answer.</summary>
    public bool IsJoined { get; private set; }

    /// <summary>The first two bytes are those of gzip (RFC 1952 section 2.3.1).</summary>
    public bool IsGzip { get; private set; }

    /// <summary>The lines of a plain file.</summary>
    public LineTally Plain => tally;
    public SafeFileHandle Handle => file;
    public bool IsAllThere => Total is { } total && Length == total;

    private string PartPath => PartOf(request.Path);
    private string NotePath => NoteOf(request.Path);

    /// <summary>Takes up what an earlier attempt left, if it fits, else begins.</summary>
    public static async Task<PartialFile> OpenAsync(FileRequest request, int checkpointBytes)
    {
        File.Delete(request.Path);
        var note = ReadNote(request);
        var mode = note is null ? FileMode.Create : FileMode.OpenOrCreate;
        var handle = File.OpenHandle(PartOf(request.Path), mode, FileAccess.ReadWrite, FileShare.None, FileOptions.None);
        var part = new PartialFile(request, checkpointBytes, handle);
        try
        {
            if (note is not null)
                part.TakeUp(note);
            return part;
        }
        catch
        {
            await part.DisposeAsync();
            throw;
        }
    }

    /// <summary>Removes whatever there is of a file that is not wanted any more.</summary>
    public static void Remove(string path)
    {
        File.Delete(NoteOf(path));
        File.Delete(PartOf(path));
    }

    /// <summary>Begins with the first byte of an answer.</summary>
    public void Begin(string? validator, long? total, string encoding)
    {
        lock (gate)
        {
            generation++;
            synced = 0;
            File.Delete(NotePath);
        }

        RandomAccess.SetLength(file, 0);
        hash.TryGetHashAndReset(stackalloc byte[SHA256.HashSizeInBytes], out _);
        tally.Dispose();
        tally = NewTally();
        (Length, marked, Validator, Total, Encoding, IsJoined, IsGzip) = (0, 0, validator, total, encoding, false, false);
    }

    /// <summary>Goes on with a further answer.</summary>
    public void Continue(long total)
    {
        Total = total;
        IsJoined = true;
        if (!IsGzip)
            tally.Join();
    }

    /// <summary>Appends bytes as received. What a checkpoint needs is synced beside it: the sender does not wait for the disk.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(file, bytes, Length);
        Count(bytes);
        if (Validator is null || Length - marked < checkpointBytes || !syncing.IsCompleted)
            return;
        // A sync that failed is the fault of this file too.
        syncing.GetAwaiter().GetResult();
        marked = Length;
        var (note, of) = (Note(), generation);
        syncing = Task.Run(() => Sync(note, of));
    }

    /// <summary>Syncs what is there and notes it, where the file can go on after a restart.</summary>
    public async Task CheckpointAsync()
    {
        await syncing;
        if (Validator is not null && Length > synced)
            Sync(Note(), generation);
    }

    /// <summary>Makes the proven bytes durable under their name. The folder's names are synced by whoever accepts the folder.</summary>
    public async Task CompleteAsync()
    {
        await syncing;
        DiskSync.Data(file);
        File.Move(PartPath, request.Path, overwrite: true);
        File.Delete(NotePath);
    }

    /// <summary>SHA-256 of the bytes as received, lower-case hex.</summary>
    public string Sha256() => Convert.ToHexStringLower(hash.GetCurrentHash());

    public async ValueTask DisposeAsync()
    {
        await syncing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        file.Dispose();
        hash.Dispose();
        tally.Dispose();
    }

    private static string PartOf(string path) => path + ".part";

    private static string NoteOf(string path) => path + ".part.json";

    private static string EgressPath(Uri url) => EgressOrigin.Of(url) + url.AbsolutePath;

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>A note of another file, or one that cannot be read, is none: the file begins again.</summary>
    private static PartialNote? ReadNote(FileRequest request)
    {
        try
        {
            var note = JsonSerializer.Deserialize(File.ReadAllBytes(NoteOf(request.Path)), PartialNoteJson.Default.PartialNote);
            if (note is not { Length: > 0, Validator: { } validator, Encoding: not null })
                return null;
            var sameFile = note.Path == Hash(EgressPath(request.Url)) && validator.StartsWith('"');
            return sameFile || note.Url == Hash(request.Url.AbsoluteUri) ? note : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private PartialNote Note() => new(Hash(request.Url.AbsoluteUri), Hash(EgressPath(request.Url)), Validator!, Length, Total, Encoding);

    private void Sync(PartialNote note, int of)
    {
        DiskSync.Data(file);
        lock (gate)
        {
            // The file may have begun again meanwhile: then this note is of bytes that are gone.
            if (of != generation || note.Length <= synced)
                return;
            File.WriteAllBytes(NotePath + ".new", JsonSerializer.SerializeToUtf8Bytes(note, PartialNoteJson.Default.PartialNote));
            File.Move(NotePath + ".new", NotePath, overwrite: true);
            synced = note.Length;
        }
    }

    private LineTally NewTally() => new(request.Limits.MaxLineBytes, request.Sha256 is not null);

    private void Count(ReadOnlySpan<byte> bytes)
    {
        hash.AppendData(bytes);
        if (Length == 0 && bytes.Length > 0)
            first = bytes[0];
        if (Length < 2 && Length + bytes.Length >= 2)
            IsGzip = first == 0x1F && bytes[Length == 0 ? 1 : 0] == 0x8B;
        Length += bytes.Length;
        if (!IsGzip)
            tally.Append(bytes);
    }

    private void TakeUp(PartialNote note)
    {
        if (RandomAccess.GetLength(file) < note.Length)
        {
            RandomAccess.SetLength(file, 0);
            return;
        }

        RandomAccess.SetLength(file, note.Length);
        var buffer = new byte[(int)Math.Min(note.Length, ReadBuffer)];
        while (Length < note.Length)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, note.Length - Length)), Length);
            if (read == 0)
                throw new IOException("a partial file became shorter while it was read");
            Count(buffer.AsSpan(0, read));
        }

        (marked, synced, Validator, Total, Encoding, IsJoined) = (Length, Length, note.Validator, note.Total, note.Encoding, true);
    }
}
