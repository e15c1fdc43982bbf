using System.IO.Compression;

namespace FhirGateway.Fhir.Ndjson;

/// <summary>Reads an input that may be gzip, and says why it stopped. Faults of the data are values; those of the stream itself are thrown.</summary>
public sealed class InflatingSource(Stream input, NdjsonLimits limits) : IAsyncDisposable
{
    private readonly CountedStream counted = new(input);
    private Stream? body;
    private bool inflates;
    private bool checkedNesting;
    private long produced;
    private readonly byte[] held = new byte[GzipSentinel.Mark.Length];
    private int heldLength;

    public NdjsonEnd End { get; private set; }

    /// <summary>Fills a part of the buffer; 0 at the end, and then <see cref="End"/> says why.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (End != NdjsonEnd.None)
            return 0;
        body ??= await OpenAsync(cancellationToken).ConfigureAwait(false);
        int read;
        try
        {
            read = inflates
                ? await ReadInflatedAsync(buffer, cancellationToken).ConfigureAwait(false)
                : await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException) when (inflates)
        {
            // Wrong only where the sentinel came in: the end is missing. Otherwise what is there is wrong.
            return Stop(counted.IsAtEnd ? NdjsonEnd.Truncated : NdjsonEnd.Damaged);
        }
        if (read == 0)
            return Stop(!inflates || held.AsSpan(0, heldLength).SequenceEqual(GzipSentinel.Mark) ? NdjsonEnd.Complete : MissingEnd());
        produced += read;
        return Judge(buffer.Span[..read]) is var fault and not NdjsonEnd.None ? Stop(fault) : read;
    }

    public async ValueTask DisposeAsync()
    {
        if (body is not null && inflates)
            await body.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Holds back as many bytes as the mark has: the last ones are not data but the mark.</summary>
    private async ValueTask<int> ReadInflatedAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            held.AsMemory(0, heldLength).CopyTo(buffer);
            var read = await body!.ReadAsync(buffer[heldLength..], cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return 0;
            var all = buffer[..(heldLength + read)];
            heldLength = Math.Min(all.Length, held.Length);
            all[^heldLength..].CopyTo(held);
            if (all.Length > heldLength)
                return all.Length - heldLength;
        }
    }

    /// <summary>Without the mark: cut off if the decompressor took the sentinel for data, else something follows that is no gzip.</summary>
    private NdjsonEnd MissingEnd() => counted.IsAtEnd ? NdjsonEnd.Truncated : NdjsonEnd.Damaged;

    private NdjsonEnd Judge(ReadOnlySpan<byte> bytes)
    {
        if (!checkedNesting)
        {
            checkedNesting = true;
            if (inflates && CountedStream.IsGzip(bytes))
                return NdjsonEnd.NestedGzip;
        }
        if (produced > limits.MaxBytes)
            return NdjsonEnd.TooLarge;
        return inflates && produced > limits.RatioFreeBytes && produced / limits.MaxRatio > counted.Taken
            ? NdjsonEnd.RatioTooHigh
            : NdjsonEnd.None;
    }

    private int Stop(NdjsonEnd end)
    {
        End = end;
        return 0;
    }

    private async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        inflates = await counted.StartsWithGzipAsync(cancellationToken).ConfigureAwait(false);
        return inflates ? new GZipStream(counted, CompressionMode.Decompress, leaveOpen: true) : counted;
    }
}
