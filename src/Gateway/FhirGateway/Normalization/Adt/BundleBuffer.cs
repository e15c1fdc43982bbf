using System.Buffers;

namespace FhirGateway.Normalization.Adt;

/// <summary>Where a bundle is written before its length is known: rented, so that only the finished bytes are allocated.</summary>
internal sealed class BundleBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] bytes = ArrayPool<byte>.Shared.Rent(32 * 1024);
    private int count;

    public int WrittenCount => count;

    public ReadOnlySpan<byte> WrittenSpan => bytes.AsSpan(0, count);

    public void Advance(int written) => count += written;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return bytes.AsMemory(count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return bytes.AsSpan(count);
    }

    public void Dispose()
    {
        Return();
        bytes = [];
        count = 0;
    }

    private void Reserve(int sizeHint)
    {
        if (bytes.Length - count >= Math.Max(sizeHint, 1))
            return;
        var bigger = ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length * 2, count + sizeHint));
        WrittenSpan.CopyTo(bigger);
        Return();
        bytes = bigger;
    }

    /// <summary>Whoever rents it next must not find a patient in it.</summary>
    private void Return()
    {
        bytes.AsSpan(0, count).Clear();
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
