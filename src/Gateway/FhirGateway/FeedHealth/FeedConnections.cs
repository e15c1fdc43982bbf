using System.Collections.Concurrent;

namespace FhirGateway.FeedHealth;

/// <summary>Which open connections belong to which source, as far as their messages or certificates said.</summary>
public sealed class FeedConnections
{
    /// <summary>A listener caps connections far below; this is against one that forgets to say who left.</summary>
    private const int Most = 20_000;
    private readonly ConcurrentDictionary<long, int> sources = new();

    /// <summary>Numbers of the connections that are open now; null where nobody listens.</summary>
    public Func<IReadOnlyCollection<long>>? Open { get; set; }

    /// <summary>A connection brought something of a source. Cheap: called with every message.</summary>
    public void Note(long connection, int source)
    {
        if (sources.TryGetValue(connection, out var known) && known == source)
            return;
        if (sources.Count >= Most)
            Sweep();
        sources[connection] = source;
    }

    /// <summary>Connections of a source that are open now; null where it cannot be known.</summary>
    public int? Of(int source)
    {
        if (Open is not { } list)
            return null;
        var open = list();
        return open.Count(c => sources.TryGetValue(c, out var of) && of == source);
    }

    private void Sweep()
    {
        var open = Open?.Invoke().ToHashSet() ?? [];
        foreach (var connection in sources.Keys.Where(c => !open.Contains(c)))
            sources.TryRemove(connection, out _);
    }
}
