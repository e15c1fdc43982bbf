using FhirGateway.Quarantine;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class QuarantineRows(SqliteDatabase database) : IQuarantineState
{
    public long Hold(QuarantinedItem item)
    {
        database
            .Sql("INSERT INTO quarantine (source, entry, file, line, reason, detail, event) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .Bind(item.Source).Bind(item.Entry).Bind(item.File).Bind(item.Line).Bind(item.Reason).Bind(item.Detail).Bind(item.Event).Run();
        return database.LastInsertRowId;
    }

    public IReadOnlyList<QuarantinedItem> Find(string reason, string? @event, long after, int most) => database
        .Sql("SELECT n, source, entry, file, line, reason, detail, event FROM quarantine WHERE released = 0 AND reason = ? AND event IS ? AND n > ? ORDER BY n LIMIT ?")
        .Bind(reason).Bind(@event).Bind(after).Bind(most).All(Read);

    /// <summary>The items of one journal entry, in order.</summary>
    public List<QuarantinedItem> OfEntry(long entry, int most) => database
        .Sql("SELECT n, source, entry, file, line, reason, detail, event FROM quarantine WHERE entry = ? ORDER BY file, line LIMIT ?")
        .Bind(entry).Bind(most).All(Read);

    public QuarantinedItem? OfMessage(long entry) => database
        .Sql("SELECT n, source, entry, file, line, reason, detail, event FROM quarantine WHERE entry = ? AND released = 0 LIMIT 1").Bind(entry).One(Read);

    /// <summary>The items of one file of a journal entry after a line, in order.</summary>
    public List<QuarantinedItem> OfFile(long entry, int file, long after, int most) => database
        .Sql("SELECT n, source, entry, file, line, reason, detail, event FROM quarantine WHERE entry = ? AND file = ? AND line > ? ORDER BY line LIMIT ?")
        .Bind(entry).Bind(file).Bind(after).Bind(most).All(Read);

    public void Release(long number) => database.Sql("UPDATE quarantine SET released = 1 WHERE n = ?").Bind(number).Run();

    private static QuarantinedItem Read(Statement r) => new()
    {
        Number = r.Int64(0),
        Source = r.Int32(1),
        Entry = r.Int64(2),
        File = r.Int32(3),
        Line = r.Int64(4),
        Reason = r.Text(5),
        Detail = r.Text(6),
        Event = r.TextOrNull(7),
    };
}
