using System.Security.Cryptography;

namespace FhirGateway.Simulation.Http;

/// <summary>Content held in memory.</summary>
public sealed class MemoryContent(ReadOnlyMemory<byte> bytes) : BulkContent
{
    public ReadOnlyMemory<byte> Bytes => bytes;
    public override long Length => bytes.Length;
    public override string EntityTag { get; } = "\"" + Convert.ToHexStringLower(SHA256.HashData(bytes.Span))[..32] + "\"";

    public override async Task WriteAsync(Stream destination, long offset, long count, CancellationToken cancellationToken) =>
        await destination.WriteAsync(bytes.Slice((int)offset, (int)count), cancellationToken);
}
