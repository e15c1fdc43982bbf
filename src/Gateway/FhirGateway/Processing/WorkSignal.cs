namespace FhirGateway.Processing;

/// <summary>Wakes a worker; signals that come while it works are one.</summary>
public sealed class WorkSignal : IDisposable
{
    private readonly SemaphoreSlim semaphore = new(0, 1);

    public void Set()
    {
        try
        {
            semaphore.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already signalled.
        }
    }

    /// <summary>Completes at the next signal, or after the time as a safety net.</summary>
    public Task WaitAsync(TimeSpan most, CancellationToken cancellationToken) => semaphore.WaitAsync(most, cancellationToken);

    public void Dispose() => semaphore.Dispose();
}
