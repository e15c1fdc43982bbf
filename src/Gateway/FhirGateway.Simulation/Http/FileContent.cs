using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace FhirGateway.Simulation.Http;

/// <summary>A file on disk, read while it is served.</summary>
public sealed class FileContent : BulkContent
{
    private const int BlockSize = 256 * 1024;
    private readonly string path;

    public FileContent(string path)
    {
        this.path = path;
        var file = new FileInfo(path);
        Length = file.Length;
        EntityTag = string.Create(CultureInfo.InvariantCulture, $"\"{file.Length:x}-{file.LastWriteTimeUtc.Ticks:x}\"");
    }

    public string Path => path;
    public override long Length { get; }
    public override string EntityTag { get; }

    public override async Task WriteAsync(Stream destination, long offset, long count, CancellationToken cancellationToken)
    {
        using SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var block = new byte[(int)Math.Min(BlockSize, Math.Max(count, 1))];
        while (count > 0)
        {
            // A read from the page cache is over at once; a read by the thread pool costs more than the bytes.
            var read = RandomAccess.Read(handle, block.AsSpan(0, (int)Math.Min(block.Length, count)), offset);
            if (read == 0)
                throw new EndOfStreamException($"{path} became shorter while it was served");
            await destination.WriteAsync(block.AsMemory(0, read), cancellationToken);
            offset += read;
            count -= read;
        }
    }
}
