using FhirGateway.Processing;

namespace FhirGateway.Tests.BulkSubmit;

/// <summary>A store whose next write fails when its test says so.</summary>
internal sealed class CutStore(IStateStore inner) : IStateStore
{
    private IOException? next;

    public void FailNext(IOException fault) => Volatile.Write(ref next, fault);

    public Task<T> WriteAsync<T>(StateLane lane, Func<IStateTransaction, T> work, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref next, null) is { } fault ? Task.FromException<T>(fault) : inner.WriteAsync(lane, work, cancellationToken);
}
