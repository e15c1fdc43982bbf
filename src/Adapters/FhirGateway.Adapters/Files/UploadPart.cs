namespace FhirGateway.Adapters.Files;

/// <summary>One part of an upload as it is written to disk.</summary>
public sealed class UploadPart : IDisposable
{
    private readonly FileStream file;

    private UploadPart(FileStream file, long start) => (this.file, Start) = (file, start);

    /// <summary>Opens the file of an upload to write on from <paramref name="offset"/>; what lies behind was never acknowledged and is cut off.</summary>
    /// <exception cref="IOException">It is shorter than that, or cannot be written.</exception>
    public static UploadPart Open(SpoolFolder folder, long offset)
    {
        var mode = offset == 0 ? FileMode.OpenOrCreate : FileMode.Open;
        var opened = new FileStream(folder.PathOf(0), mode, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: false);
        try
        {
            if (opened.Length < offset)
                throw new IOException($"the file of upload {folder.Job} ends before the bytes that were acknowledged");
            opened.SetLength(offset);
            opened.Position = offset;
            if (offset == 0)
                DiskSync.Directory(folder.Path);
            return new UploadPart(opened, offset);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Where the part begins.</summary>
    public long Start { get; }

    /// <summary>Where the next byte goes.</summary>
    public long End => file.Position;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => file.WriteAsync(bytes, cancellationToken);

    /// <summary>Returns once all bytes up to <see cref="End"/> are on disk; throws <see cref="IOException"/> otherwise.</summary>
    public void Sync() => DiskSync.Data(file.SafeFileHandle);

    /// <summary>Takes back what this part has written.</summary>
    public void TakeBack()
    {
        file.SetLength(Start);
        file.Position = Start;
    }

    public void Dispose() => file.Dispose();
}
