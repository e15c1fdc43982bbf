using FhirGateway.Normalization;

namespace FhirGateway.Adapters.Files;

/// <summary>Bodies in segment files: the state's single writer appends, and syncs them before it commits what refers to them.</summary>
public sealed class BodyFiles(string folder) : IBodyStore, IDisposable
{
    private const long SegmentSize = 256L << 20;
    private readonly SegmentedLog log = new(folder, SegmentSize);

    /// <summary>Appends a body; readable after <see cref="Sync"/>.</summary>
    public BodyLocation Append(ReadOnlySpan<byte> body) => new(log.Append(body), body.Length);

    public void Sync()
    {
        try
        {
            log.Sync();
        }
        catch (IOException)
        {
            log.Discard();
            throw;
        }
    }

    /// <summary>The end of what is durable.</summary>
    public long DurableEnd => log.DurableEnd;

    /// <summary>Forgets bodies of a transaction that rolled back.</summary>
    public void Discard() => log.Discard();

    public byte[] Read(BodyLocation location) => log.Read(location.Address, location.Length);

    public void Dispose() => log.Dispose();
}
