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

    public bool Remember(Guid key, DateOnly day)
    {
        if (purgedOn != day.DayNumber)
        {
            database.Sql("DELETE FROM message_seen WHERE day < ?").Bind(day.DayNumber - ReplayDays).Run();
            purgedOn = day.DayNumber;
        }

        if (database.Sql("SELECT 1 FROM message_seen WHERE key = ?").Bind(key).Any())
            return false;
        database.Sql("INSERT INTO message_seen (key, day) VALUES (?, ?)").Bind(key).Bind(day.DayNumber).Run();
        return true;
    }

    public KnownVisit? FindVisit(Guid encounter) => database
        .Sql("SELECT status, starts, ends, last_event, last_offset FROM visit WHERE encounter = ?").Bind(encounter)
        .One(r => new KnownVisit(encounter, r.Text(0), r.TextOrNull(1), r.TextOrNull(2),
            new DateTimeOffset(r.Int64(3), TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(r.Int32(4)))));

    public void Save(KnownVisit visit) => database
        .Sql("INSERT INTO visit (encounter, status, starts, ends, last_event, last_offset) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (encounter) DO UPDATE SET status = excluded.status, starts = excluded.starts, ends = excluded.ends, last_event = excluded.last_event, last_offset = excluded.last_offset")
        .Bind(visit.Encounter).Bind(visit.Status).Bind(visit.PeriodStart).Bind(visit.PeriodEnd)
        .Bind(visit.LastEvent.UtcTicks).Bind((long)visit.LastEvent.Offset.TotalMinutes).Run();
}
