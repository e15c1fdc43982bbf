using System.Diagnostics;
using SQLitePCL;

namespace FhirGateway.Benchmarks;

/// <summary>The floor: what one SQLite file takes on this disk, WAL and synchronous=FULL, 16 rows of 1,400 bytes a commit unless said.</summary>
internal static class SqliteFloor
{
    private const int RowsPerCommit = 16;
    private const int RowBytes = 1400;

    /// <summary>Rows a second.</summary>
    public static double Measure(string directory, TimeSpan duration, int rowsPerCommit = RowsPerCommit)
    {
        Batteries_V2.Init();
        var path = Path.Combine(directory, "floor.db");
        Check(raw.sqlite3_open(path, out var database));
        Check(raw.sqlite3_exec(database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE entry (n INTEGER PRIMARY KEY, body BLOB)"));
        Check(raw.sqlite3_prepare_v2(database, "INSERT INTO entry (body) VALUES (?)", out var insert));
        var body = new byte[RowBytes];
        Random.Shared.NextBytes(body);
        var rows = 0L;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < duration)
        {
            Check(raw.sqlite3_exec(database, "BEGIN"));
            for (var i = 0; i < rowsPerCommit; i++)
            {
                Check(raw.sqlite3_bind_blob(insert, 1, body));
                raw.sqlite3_step(insert);
                Check(raw.sqlite3_reset(insert));
            }

            Check(raw.sqlite3_exec(database, "COMMIT"));
            rows += rowsPerCommit;
        }

        var rate = rows / watch.Elapsed.TotalSeconds;
        insert.Dispose();
        database.Dispose();
        foreach (var file in Directory.EnumerateFiles(directory, "floor.db*"))
            File.Delete(file);
        return rate;
    }

    private static void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            throw new InvalidOperationException($"SQLite {result}");
    }
}
