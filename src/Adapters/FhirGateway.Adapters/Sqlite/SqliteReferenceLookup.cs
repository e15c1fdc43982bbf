using System.Collections.Concurrent;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>Resolves references against what was committed. Hits are remembered; misses are not, since their target may still come.</summary>
public sealed class SqliteReferenceLookup(string path, CurrentDirectory directory) : IReferenceLookup, IDisposable
{
    private const int MostRemembered = 100_000;
    private readonly ReaderPool pool = new(path);
    private readonly ConcurrentDictionary<(string Source, string Id), string> types = new();
    private readonly ConcurrentDictionary<Guid, string> ids = new();

    public string? FindTypeOfId(string source, string id)
    {
        if (types.TryGetValue((source, id), out var known))
            return known;
        var found = pool.Read(database =>
        {
            string? only = null;
            foreach (var type in ResourceCatalog.All)
            {
                if (!database.Sql("SELECT 1 FROM resource WHERE id = ? AND adt = 0 AND body >= 0").Bind(PublishedId.Create(source, type.Type, id)).Any())
                    continue;
                if (only is not null)
                    return null;
                only = type.Type;
            }

            return only;
        });
        if (found is not null && Room(types))
            types[(source, id)] = found;
        return found;
    }

    public string? FindIdByIdentifier(string source, string type, string system, string value)
    {
        if (directory.Value.FindSource(source) is not { } of)
            return null;
        var key = ResourceRows.ReferenceKey(of.Number, type, system, value);
        if (ids.TryGetValue(key, out var known))
            return known;
        var found = pool.Read(database =>
        {
            var all = database.Sql("SELECT id FROM reference_key WHERE key = ? LIMIT 2").Bind(key).All(r => r.Text(0));
            return all.Count == 1 ? all[0] : null;
        });
        if (found is not null && Room(ids))
            ids[key] = found;
        return found;
    }

    public void Forget()
    {
        types.Clear();
        ids.Clear();
    }

    public void Dispose() => pool.Dispose();

    private static bool Room<TKey>(ConcurrentDictionary<TKey, string> cache)
        where TKey : notnull
    {
        if (cache.Count >= MostRemembered)
            cache.Clear();
        return true;
    }
}
