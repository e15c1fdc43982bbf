using System.Collections.Concurrent;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>Read-only connections beside the writer: one per concurrent reader, kept for the next.</summary>
internal sealed class ReaderPool(string path) : IDisposable
{
    private readonly ConcurrentBag<SqliteDatabase> idle = [];

    /// <summary>Runs a read on a connection of its own; it sees what was committed when it starts.</summary>
    public T Read<T>(Func<SqliteDatabase, T> read)
    {
        if (!idle.TryTake(out var database))
            database = new SqliteDatabase(path, readOnly: true);
        try
        {
            return read(database);
        }
        finally
        {
            idle.Add(database);
        }
    }

    public void Dispose()
    {
        while (idle.TryTake(out var database))
            database.Dispose();
    }
}
