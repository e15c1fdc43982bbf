namespace FhirGateway.Simulation.Http;

/// <summary>Bytes that a simulated server serves, from any position on.</summary>
public abstract class BulkContent
{
    /// <summary>Bytes of the whole.</summary>
    public abstract long Length { get; }

    /// <summary>Strong entity tag, with its quotes.</summary>
    public abstract string EntityTag { get; }

    /// <summary>Writes <paramref name="count"/> bytes from <paramref name="offset"/> on.</summary>
    public abstract Task WriteAsync(Stream destination, long offset, long count, CancellationToken cancellationToken);
}
