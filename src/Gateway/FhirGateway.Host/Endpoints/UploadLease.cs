namespace FhirGateway.Host.Endpoints;

/// <summary>The right of one request to write to an upload. Another one may ask it to stop reading, and wait until it has written down how far it came.</summary>
internal sealed class UploadLease : IDisposable
{
    private readonly CancellationTokenSource interrupted = new();
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private bool isOver;

    /// <summary>Ends the reading of the body.</summary>
    public CancellationToken Interrupted => interrupted.Token;

    /// <summary>Stops the reading; returns when the request that holds the lease is through.</summary>
    public Task InterruptAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (!isOver)
                interrupted.Cancel();
        }

        return done.Task.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        lock (gate)
        {
            isOver = true;
            interrupted.Dispose();
        }

        done.TrySetResult();
    }
}
