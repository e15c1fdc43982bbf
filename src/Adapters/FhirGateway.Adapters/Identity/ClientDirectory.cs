using System.Collections.Concurrent;
using System.Text;
using FhirGateway.Adapters.Egress;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Adapters.Identity;

/// <summary>Every client with its keys, in memory: a request of nobody costs the state store nothing.</summary>
public sealed class ClientDirectory(EgressClient egress, IStateStore store, TimeProvider clock, ILogger<ClientDirectory> log)
{
    /// <summary>A key set that did not change is written down again after this: its age decides how long it may be used.</summary>
    private static readonly TimeSpan SaveEvery = TimeSpan.FromHours(1);

    private readonly KeyDocuments documents = new(egress);
    private readonly ConcurrentDictionary<string, Entry> clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Client> external = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads all clients; called once before the first request.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var client in await store.WriteAsync(StateLane.Messages, tx => tx.Clients.All(), cancellationToken))
            Add(client);
    }

    /// <summary>All clients, oldest first.</summary>
    public IReadOnlyList<Client> All => [.. clients.Values.Select(e => e.Client).OrderBy(c => c.CreatedAt).ThenBy(c => c.Id, StringComparer.Ordinal)];

    /// <summary>A client by id, or null.</summary>
    public Client? Find(string id) => clients.GetValueOrDefault(id)?.Client;

    /// <summary>A client by its application or object id at the external issuer, or null.</summary>
    public Client? FindExternal(string id) => external.GetValueOrDefault(id);

    /// <summary>A key of a client by its <c>kid</c>; one that is not known is looked for where the client publishes its keys.</summary>
    internal async ValueTask<ClientKey?> FindKeyAsync(string client, string keyId, CancellationToken cancellationToken)
    {
        if (clients.GetValueOrDefault(client) is not { } entry)
            return null;
        if (entry.Published is not { } published)
            return entry.Keys?.Find(keyId);
        var keys = await published.GetAsync(cancellationToken);
        return keys?.Find(keyId) ?? (await published.RenewAsync(cancellationToken))?.Find(keyId);
    }

    internal void Remove(string id)
    {
        if (clients.TryRemove(id, out var entry) && entry.Client.ExternalId is { } externalId)
            external.TryRemove(externalId, out _);
    }

    internal void Add(Client client)
    {
        var keys = client.Jwks.Length == 0 ? null : Read(client.Id, client.Jwks);
        if (client.ExternalId is { } id)
            external[id] = client;
        clients[client.Id] = new Entry(client, keys, client.JwksUrl is null ? null : Published(client, keys));
    }

    /// <summary>Reads the key set at a URL.</summary>
    /// <exception cref="EgressException">It cannot be had.</exception>
    /// <exception cref="InvalidDataException">What is there is no key set that can be used.</exception>
    internal async Task<Fetched<string>> FetchAsync(string client, Uri url, string? allow, CancellationToken cancellationToken)
    {
        var fetched = await documents.ReadAsync(client, url, allow, cancellationToken);
        var text = StrictJson.Utf8(fetched.Value) ?? throw new InvalidDataException($"{EgressUrl.Shown(url)}: the key set is not UTF-8");
        Read(EgressUrl.Shown(url), text);
        return new Fetched<string>(text, fetched.FreshFor);
    }

    private RemoteValue<ClientKeySet> Published(Client client, ClientKeySet? keys)
    {
        var url = new Uri(client.JwksUrl!);
        var (saved, savedAt) = (client.Jwks, client.JwksAt);
        var value = new RemoteValue<ClientKeySet>(client.Id, async token =>
        {
            var fetched = await FetchAsync(client.Id, url, client.JwksAllow, token);
            var now = clock.GetUtcNow();
            if (fetched.Value != saved || savedAt is null || now - savedAt > SaveEvery)
            {
                await store.WriteAsync(StateLane.Messages, tx =>
                {
                    tx.Clients.SaveKeys(client.Id, fetched.Value, now);
                    if (fetched.Value != saved)
                        tx.Audit.Append(ClientRegistration.KeysRead(client.Id, fetched.Value));
                    return true;
                }, CancellationToken.None);
                (saved, savedAt) = (fetched.Value, now);
            }

            return new Fetched<ClientKeySet>(Read(client.Id, fetched.Value), fetched.FreshFor);
        }, clock, log);
        if (keys is not null && client.JwksAt is { } at)
            value.Remember(keys, at);
        return value;
    }

    private static ClientKeySet Read(string of, string jwks) =>
        ClientKeySet.TryRead(jwks, out var keys, out var fault) ? keys! : throw new InvalidDataException($"{of}: {fault}");

    private sealed record Entry(Client Client, ClientKeySet? Keys, RemoteValue<ClientKeySet>? Published);
}
