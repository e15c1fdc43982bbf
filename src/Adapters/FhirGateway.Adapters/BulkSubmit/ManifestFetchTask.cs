namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>The fetch of one manifest while it runs.</summary>
internal sealed class ManifestFetchTask(int source, CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private Task task = Task.CompletedTask;

    /// <summary>Number of the source for which it runs.</summary>
    public int Source => source;
    public bool IsOver => task.IsCompleted;

    public void Start(Func<CancellationToken, Task> run) => task = Task.Run(() => run(cancel.Token), CancellationToken.None);

    public Task CancelAsync() => cancel.CancelAsync();

    /// <summary>Completes when it has ended; whatever it ended with was dealt with by itself.</summary>
    public Task WhenOver() => task;

    public void Dispose() => cancel.Dispose();
}
