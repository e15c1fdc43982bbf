namespace FhirGateway.Adapters.Files;

/// <summary>One part of an upload as it is written to disk.</summary>
public sealed class UploadPart : IDisposable
{
    private readonly FileStream file;

    internal UploadPart(FileStream file, long start) => (this.file, Start) = (file, start);

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
