using System.IO.Compression;

namespace FhirGateway.Fhir.Ndjson;

/// <summary>Reads an input that may be gzip, and says why it stopped. Faults of the data are values; those of the stream itself are thrown.</summary>
internal sealed class InflatingSource(Stream input, NdjsonLimits limits) : IAsyncDisposable
{
    private readonly CountedStream counted = new(input);
    private Stream? body;
    private bool inflates;
    private bool checkedNesting;
    private long produced;

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
            read = checkedNesting
                ? await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)
                : await body.ReadAtLeastAsync(buffer, 2, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException) when (inflates)
        {
            // The decompressor has eaten all there is: the end is missing. Otherwise what is there is wrong.
            return Stop(counted.IsAtEnd ? NdjsonEnd.Truncated : NdjsonEnd.Damaged);
        }
        if (read == 0)
            return Stop(NdjsonEnd.Complete);
        produced += read;
        return Judge(buffer.Span[..read]) is var fault and not NdjsonEnd.None ? Stop(fault) : read;
    }

    public async ValueTask DisposeAsync()
    {
        if (body is not null && inflates)
            await body.DisposeAsync().ConfigureAwait(false);
    }

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
