using System.Collections.Concurrent;
using FhirGateway.Organizations;
using FhirGateway.Processing;

namespace FhirGateway.Adapters.Identity;

/// <summary>Every client with its keys, in memory: a request of nobody costs the state store nothing.</summary>
public sealed class ClientDirectory
{
    private readonly ConcurrentDictionary<string, Entry> clients = new(StringComparer.Ordinal);

    /// <summary>Reads all clients; called once before the first request.</summary>
    public async Task LoadAsync(IStateStore store, CancellationToken cancellationToken)
    {
        foreach (var client in await store.WriteAsync(StateLane.Messages, tx => tx.Clients.All(), cancellationToken))
            Add(client);
    }

    /// <summary>A client by id, or null.</summary>
    public Client? Find(string id) => clients.GetValueOrDefault(id)?.Client;

    internal ClientKeySet? KeysOf(string id) => clients.GetValueOrDefault(id)?.Keys;

    internal void Add(Client client)
    {
        if (!ClientKeySet.TryRead(client.Jwks, out var keys, out var fault))
            throw new InvalidDataException($"the key set of client {client.Id}: {fault}");
        clients[client.Id] = new Entry(client, keys!);
    }

    private sealed record Entry(Client Client, ClientKeySet Keys);
}
