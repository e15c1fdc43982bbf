using FhirGateway.Messages;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class MessageRows(SqliteDatabase database) : IMessageState
{
    /// <summary>Repeats are known for a week: senders resend within hours, and control ids wrap.</summary>
    private const int ReplayDays = 7;
    private int purgedOn;

    public long Watermark
    {
        get => database.Sql("SELECT value FROM meta WHERE key = 'watermark'").Scalar();
        set => database.Sql("INSERT INTO meta (key, value) VALUES ('watermark', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
            .Bind(value).Run();
    }

    public DateOnly? SweptOn
    {
        get => database.Sql("SELECT value FROM meta WHERE key = 'swept'").Scalar() is var day and > 0 ? DateOnly.FromDayNumber((int)day) : null;
        set => database.Sql("INSERT INTO meta (key, value) VALUES ('swept', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
            .Bind(value).Run();
    }

    public bool Remember(Guid key, DateOnly day)
    {
        Purge(day);
        return database.Sql("INSERT OR IGNORE INTO message_seen (key, day) VALUES (?, ?)").Bind(key).Bind(day.DayNumber).Changes() > 0;
    }

    public ControlIdUse Take(Guid key, DateOnly day)
    {
        Purge(day);
        Span<byte> first = stackalloc byte[16];
        key.TryWriteBytes(first, bigEndian: true, out _);
        Span<byte> last = stackalloc byte[16];
        first[..8].CopyTo(last);
        last[8..].Fill(0xFF);
        first[8..].Clear();
        var known = database.Sql("SELECT key FROM message_seen WHERE key BETWEEN ? AND ?").Bind(first).Bind(last).All(r => r.Guid(0));
        if (known.Contains(key))
            return ControlIdUse.Repeated;
        database.Sql("INSERT INTO message_seen (key, day) VALUES (?, ?)").Bind(key).Bind(day.DayNumber).Run();
        return known.Count > 0 ? ControlIdUse.Reused : ControlIdUse.New;
    }

    private void Purge(DateOnly day)
    {
        if (purgedOn == day.DayNumber)
            return;
        database.Sql("DELETE FROM message_seen WHERE day < ?").Bind(day.DayNumber - ReplayDays).Run();
        purgedOn = day.DayNumber;
    }
}
