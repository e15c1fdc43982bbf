namespace FhirGateway.Processing;

/// <summary>
/// The state store. Work runs one transaction at a time on the store's writer, in order within its lane; committed means
/// durable. An exception from <c>work</c> rolls back and reaches the caller; a store that cannot write throws <see cref="IOException"/>.
/// </summary>
public interface IStateStore
{
    Task<T> WriteAsync<T>(StateLane lane, Func<IStateTransaction, T> work, CancellationToken cancellationToken);
}
