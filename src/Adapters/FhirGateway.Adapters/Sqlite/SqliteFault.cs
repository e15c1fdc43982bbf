using SQLitePCL;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>Turns result codes into the faults that callers distinguish.</summary>
internal static class SqliteFault
{
    /// <summary>
    /// <see cref="IOException"/> where the disk or file is at fault (full, read-only, I/O, locked): retried when it is mended.
    /// <see cref="InvalidDataException"/> where the file is damaged. Anything else is our bug.
    /// </summary>
    public static void Check(sqlite3 database, int result)
    {
        var code = result & 0xFF;
        if (code is raw.SQLITE_OK or raw.SQLITE_DONE or raw.SQLITE_ROW)
            return;
        var text = $"SQLite {raw.sqlite3_extended_errcode(database)}: {raw.sqlite3_errmsg(database).utf8_to_string()}";
        throw code switch
        {
            raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN
                or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PERM or raw.SQLITE_NOMEM => new IOException(text),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new InvalidDataException(text),
            _ => new InvalidOperationException(text),
        };
    }
}
