namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>The fetch of one manifest while it runs.</summary>
internal sealed class ManifestFetchTask(int source, CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private Task task = Task.CompletedTask;
    private int fetched;

    /// <summary>Number of the source for which it runs.</summary>
    public int Source => source;
    public bool IsOver => task.IsCompleted;

    /// <summary>Cancelled when the gateway stops, and not when only this fetch is not wanted any more.</summary>
    public CancellationToken Stopping => stopping;

    /// <summary>Files that are fetched.</summary>
    public int Fetched
    {
        get => Volatile.Read(ref fetched);
        set => Volatile.Write(ref fetched, value);
    }

    public void Start(Func<CancellationToken, Task> run) => task = Task.Run(() => run(cancel.Token), CancellationToken.None);

    public Task CancelAsync() => cancel.CancelAsync();

    /// <summary>Completes when it has ended, however: what it ended with was dealt with by itself, or is found again by the next look.</summary>
    public async Task WhenOver() => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public void Dispose() => cancel.Dispose();
}
