using System.IO.Compression;

namespace FhirGateway.Adapters.Egress;

/// <summary>A body as inflated, held to its budget of bytes and ratio while it is inflated.</summary>
internal sealed class InflatedStream(GZipStream gzip, MeteredStream received, EgressBudget budget, Uri url) : ReadOnlyBody
{
    private long produced;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await gzip.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new EgressException(EgressFaultCode.Malformed, url, "the compressed body cannot be inflated", e);
        }

        produced += read;
        if (produced > (budget.MostInflatedBytes ?? budget.MostBytes))
            throw new EgressException(EgressFaultCode.TooLarge, url, $"inflates to more than {budget.MostInflatedBytes ?? budget.MostBytes} bytes");
        if (produced > budget.RatioFreeBytes && produced / budget.MostRatio > received.Received)
            throw new EgressException(EgressFaultCode.RatioTooHigh, url, $"inflates by more than {budget.MostRatio}");
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        await gzip.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            gzip.Dispose();
        base.Dispose(disposing);
    }
}
