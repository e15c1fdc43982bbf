using System.Collections.Concurrent;
using FhirGateway.Normalization;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>Reads by which lines committed resources came.</summary>
public sealed class SqliteKnownLines(string path) : IKnownLines, IDisposable
{
    private readonly ReaderPool pool = new(path);
    private readonly ConcurrentDictionary<int, LineFindings> sets = new();

    public KnownLine? Find(Guid id) => pool.Read(database =>
    {
        var row = database.Sql("SELECT mark, findings FROM resource WHERE id = ? AND adt = 0 AND body >= 0").Bind(id);
        if (!row.Step())
            return (KnownLine?)null;
        KnownLine? line = row.IsNull(0) ? null : new KnownLine(row.Guid(0), row.Int32(1));
        row.Begin();
        return line;
    });

    public long Generation(int source) =>
        pool.Read(database => database.Sql("SELECT value FROM meta WHERE key = ?").Bind(ResourceRows.GenerationKey(source)).Scalar());

    public LineFindings Findings(int number) => number == 0 ? LineFindings.None : sets.GetOrAdd(number, n =>
        FindingSets.Read(pool.Read(database => database.Sql("SELECT counts FROM finding_set WHERE n = ?").Bind(n).One(r => r.Text(0))
            ?? throw new InvalidDataException($"findings {n} are not in the store"))));

    public void Dispose() => pool.Dispose();
}
