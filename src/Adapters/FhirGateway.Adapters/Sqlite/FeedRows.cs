using System.Text.Json;
using FhirGateway.FeedHealth;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class FeedRows(SqliteDatabase database) : IFeedState
{
    /// <summary>An alert that begins and ends nothing, or that ends another, is over when it is told.</summary>
    private const long OverAtOnce = 0;

    public IReadOnlyList<FeedStanding> Standings() => database.Sql("SELECT source, facility, first, last, silence FROM feed_standing ORDER BY source, facility")
        .All(r => new FeedStanding(r.Int32(0), r.Text(1), Time(r.Int64(2)), Time(r.Int64(3)), r.Real(4)));

    public IReadOnlyList<FeedHour> HoursFrom(long hour) => database
        .Sql("SELECT source, facility, hour, messages, held, refused, repeated, reused, persons, unmatched, expected, gap, gap_end FROM feed_hour WHERE hour >= ?").Bind(hour)
        .All(r => new FeedHour
        {
            Source = r.Int32(0),
            Facility = r.Text(1),
            Hour = r.Int64(2),
            Messages = r.Int32(3),
            Held = r.Int32(4),
            Refused = r.Int32(5),
            Repeated = r.Int32(6),
            Reused = r.Int32(7),
            Persons = r.Int32(8),
            Unmatched = r.Int32(9),
            Expected = r.Real(10),
            Gap = r.Int32(11),
            GapEnd = r.Int32(12),
        });

    public IReadOnlyList<(long Hour, int Seconds)> ListenedFrom(long hour) => database
        .Sql("SELECT hour, seconds FROM feed_listened WHERE hour >= ?").Bind(hour).All(r => (r.Int64(0), r.Int32(1)));

    public IReadOnlyList<FeedTally> Tallies() => database.Sql("SELECT source, kind, location, value, count, first, last FROM feed_tally")
        .All(r => new FeedTally(r.Int32(0), (FeedTallyKind)r.Int32(1), r.Text(2), r.Text(3), r.Int64(4), Time(r.Int64(5)), Time(r.Int64(6))));

    public IReadOnlyList<FeedAlert> Open() => database.Sql("SELECT n, detail FROM feed_alert WHERE cleared IS NULL ORDER BY n").All(Read);

    public void Save(FeedStanding standing) => database
        .Sql("INSERT OR REPLACE INTO feed_standing (source, facility, first, last, silence) VALUES (?, ?, ?, ?, ?)")
        .Bind(standing.Source).Bind(standing.Facility).Bind(standing.First.UtcTicks).Bind(standing.Last.UtcTicks).BindReal(standing.Silence).Run();

    public void Save(FeedHour hour) => database
        .Sql("INSERT OR REPLACE INTO feed_hour (source, facility, hour, messages, held, refused, repeated, reused, persons, unmatched, expected, gap, gap_end) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .Bind(hour.Source).Bind(hour.Facility).Bind(hour.Hour).Bind(hour.Messages).Bind(hour.Held).Bind(hour.Refused).Bind(hour.Repeated)
        .Bind(hour.Reused).Bind(hour.Persons).Bind(hour.Unmatched).BindReal(hour.Expected).Bind(hour.Gap).Bind(hour.GapEnd).Run();

    public void Save(FeedTally tally) => database
        .Sql("INSERT OR REPLACE INTO feed_tally (source, kind, location, value, count, first, last) VALUES (?, ?, ?, ?, ?, ?, ?)")
        .Bind(tally.Source).Bind((long)tally.Kind).Bind(tally.Location).Bind(tally.Value).Bind(tally.Count).Bind(tally.First.UtcTicks).Bind(tally.Last.UtcTicks).Run();

    public void SaveListened(long hour, int seconds) => database
        .Sql("INSERT OR REPLACE INTO feed_listened (hour, seconds) VALUES (?, ?)").Bind(hour).Bind(seconds).Run();

    public long Append(FeedAlert alert)
    {
        var begins = alert.Clears is null && alert.Type != FeedAlertTypes.NewCode;
        database.Sql("INSERT INTO feed_alert (time, type, cleared, detail) VALUES (?, ?, ?, ?)").Bind(alert.Time.UtcTicks).Bind(alert.Type)
            .Bind(begins ? null : OverAtOnce).Bind(JsonSerializer.Serialize(alert, FeedJson.Default.FeedAlert)).Run();
        var sequence = database.LastInsertRowId;
        if (alert.Clears is { } begun)
            database.Sql("UPDATE feed_alert SET cleared = ? WHERE n = ?").Bind(sequence).Bind(begun).Run();
        return sequence;
    }

    /// <summary>The operator's stream after a sequence.</summary>
    public List<FeedAlert> After(long sequence, int most) => database
        .Sql("SELECT n, detail FROM feed_alert WHERE n > ? ORDER BY n LIMIT ?").Bind(sequence).Bind(most).All(Read);

    public void Prune(long hour, DateTimeOffset alerts)
    {
        database.Sql("DELETE FROM feed_hour WHERE hour < ?").Bind(hour).Run();
        database.Sql("DELETE FROM feed_listened WHERE hour < ?").Bind(hour).Run();
        database.Sql("DELETE FROM feed_alert WHERE time < ? AND cleared IS NOT NULL").Bind(alerts.UtcTicks).Run();
    }

    private static FeedAlert Read(Statement row) => JsonSerializer.Deserialize(row.Text(1), FeedJson.Default.FeedAlert)! with { Sequence = row.Int64(0) };

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
