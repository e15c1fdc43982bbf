using SQLitePCL;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>One connection with its prepared statements, kept by their text. Not safe for parallel use.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly Dictionary<string, Statement> statements = new(StringComparer.Ordinal);
    private readonly sqlite3 handle;

    /// <summary>SQLITE_DBCONFIG_ENABLE_QPSG: one plan for a statement, whatever is bound. Without it each new LIMIT compiles its statement again.</summary>
    private const int StablePlans = 1007;

    static SqliteDatabase() => Batteries_V2.Init();

    public SqliteDatabase(string path, bool readOnly)
    {
        var flags = readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        var result = raw.sqlite3_open_v2(path, out handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        SqliteFault.Check(handle, result);
        _ = raw.sqlite3_busy_timeout(handle, 5000);
        SqliteFault.Check(handle, raw.sqlite3_db_config(handle, StablePlans, 1, out _));
        Execute(readOnly
            ? "PRAGMA query_only=1; PRAGMA cache_size=-8192; PRAGMA mmap_size=0"
            : "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=OFF; PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864");
    }

    /// <summary>Runs one or several statements without parameters.</summary>
    public void Execute(string sql) => SqliteFault.Check(handle, raw.sqlite3_exec(handle, sql));

    /// <summary>The prepared statement of this text, ready to bind.</summary>
    public Statement Sql(string text)
    {
        if (!statements.TryGetValue(text, out var statement))
            statements[text] = statement = new Statement(handle, text);
        return statement.Begin();
    }

    public long LastInsertRowId => raw.sqlite3_last_insert_rowid(handle);

    public void Dispose()
    {
        foreach (var statement in statements.Values)
            statement.Dispose();
        handle.Dispose();
    }
}
