using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Episodes;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class EpisodeRows(SqliteDatabase database) : IEpisodeState
{
    /// <summary>Who has more visits than this has his earlier ones compared with nothing any more.</summary>
    private const int MostOfPerson = 200;
    private const string Columns = "SELECT e.encounter, e.source, e.record, e.detail FROM episode e";

    public IReadOnlyList<EpisodeEvent> EventsOf(int source, string visitKey) => database
        .Sql("SELECT detail FROM episode_event WHERE visit = ?1 UNION ALL SELECT e.detail FROM visit_rename r JOIN episode_event e ON e.visit = r.old WHERE r.new = ?1")
        .Bind(KeyOf(source, visitKey)).All(r => ReadEvent(r, visitKey));

    public bool HasAsMany(int source, string visitKey, int events) => database
        .Sql("SELECT 1 FROM episode_event WHERE visit = ? LIMIT 1 OFFSET ?").Bind(KeyOf(source, visitKey)).Bind(events - 1).Any();

    public bool Add(int source, EpisodeEvent happened) => database
        .Sql("INSERT OR IGNORE INTO episode_event (visit, key, detail) VALUES (?, ?, ?)")
        .Bind(KeyOf(source, happened.VisitKey)).Bind(happened.Order.Key)
        .Bind((ReadOnlySpan<byte>)JsonSerializer.SerializeToUtf8Bytes(happened, EpisodeJson.Default.EpisodeEvent)).Changes() > 0;

    public void Replace(int source, EpisodeEvent happened)
    {
        if (Add(source, happened))
            return;
        database.Sql("UPDATE episode_event SET detail = ? WHERE visit = ? AND key = ?")
            .Bind((ReadOnlySpan<byte>)JsonSerializer.SerializeToUtf8Bytes(happened, EpisodeJson.Default.EpisodeEvent))
            .Bind(KeyOf(source, happened.VisitKey)).Bind(happened.Order.Key).Run();
    }

    public string Resolve(int source, string visitKey) => database
        .Sql("SELECT name FROM visit_rename WHERE old = ?").Bind(KeyOf(source, visitKey)).One(r => r.Text(0)) ?? visitKey;

    public void Rename(int source, string from, string to)
    {
        var (old, now) = (KeyOf(source, from), KeyOf(source, to));
        if (old == now)
            return;
        // Where it was the other way round before, the later word counts.
        database.Sql("DELETE FROM visit_rename WHERE old = ?").Bind(now).Run();
        database.Sql("UPDATE visit_rename SET new = ?, name = ? WHERE new = ?").Bind(now).Bind(to).Bind(old).Run();
        database.Sql("INSERT INTO visit_rename (old, new, name) VALUES (?, ?, ?) ON CONFLICT (old) DO UPDATE SET new = excluded.new, name = excluded.name")
            .Bind(old).Bind(now).Bind(to).Run();
    }

    public void Restore(int source, string visitKey) =>
        database.Sql("DELETE FROM visit_rename WHERE old = ?").Bind(KeyOf(source, visitKey)).Run();

    public IReadOnlyList<EpisodeSummary> Find(int source, string visitKey) => database
        .Sql(Columns + " WHERE e.visit = ?").Bind(KeyOf(source, visitKey)).All(Read);

    public void Save(EpisodeSummary summary)
    {
        var episode = summary.Episode;
        var begins = episode.Start?.Instant ?? episode.Latest.Time;
        database
            .Sql("INSERT INTO episode (encounter, source, visit, record, begins, ended, closes, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (visit, encounter) DO UPDATE SET record = excluded.record, begins = excluded.begins, ended = excluded.ended, closes = excluded.closes, detail = excluded.detail")
            .Bind(summary.Encounter).Bind(summary.Source).Bind(KeyOf(summary.Source, episode.VisitKey)).Bind(summary.Record)
            .Bind(begins.UtcTicks).Bind(episode.End is null ? 0 : 1).Bind(HangingRules.ClosesAt(episode)?.UtcTicks)
            .Bind((ReadOnlySpan<byte>)JsonSerializer.SerializeToUtf8Bytes(episode, EpisodeJson.Default.Episode)).Run();
        database.Sql("UPDATE visit_signal SET record = ?2 WHERE visit = ?1 AND record <> ?2").Bind(summary.Encounter).Bind(summary.Record).Run();
    }

    public void Remove(EpisodeSummary summary)
    {
        database.Sql("DELETE FROM episode WHERE visit = ? AND encounter = ?")
            .Bind(KeyOf(summary.Source, summary.Episode.VisitKey)).Bind(summary.Encounter).Run();
        database.Sql("DELETE FROM visit_signal WHERE visit = ?").Bind(summary.Encounter).Run();
    }

    public IReadOnlyList<EpisodeSummary> OfRecord(long record) => database
        .Sql(Columns + " WHERE e.record = ? ORDER BY e.begins").Bind(record).All(Read);

    /// <summary>Record by record, each by its index: the visits of somebody who has thousands are not all read.</summary>
    public IReadOnlyList<EpisodeSummary> OfPerson(long person) =>
    [
        .. database.Sql("SELECT n FROM source_record WHERE person = ?").Bind(person).All(r => r.Int64(0))
            .SelectMany(record => database.Sql(Columns + " WHERE e.record = ? ORDER BY e.begins DESC LIMIT ?").Bind(record).Bind(MostOfPerson).All(Read))
            .OrderByDescending(e => e.Episode.Start?.Instant ?? e.Episode.Latest.Time).Take(MostOfPerson),
    ];

    public bool HasEnded(long person) => database
        .Sql("SELECT 1 FROM source_record p JOIN episode e ON e.record = p.n WHERE p.person = ? AND e.ended = 1").Bind(person).Any();

    public IReadOnlyList<EpisodeSummary> Hanging(DateTimeOffset now, int most) => database
        .Sql(Columns + " WHERE e.closes <= ? ORDER BY e.closes LIMIT ?").Bind(now.UtcTicks).Bind(most).All(Read);

    public IReadOnlyList<VisitSignal> SignalsOf(long person) => database
        .Sql("SELECT s.detail FROM source_record p JOIN visit_signal s ON s.record = p.n WHERE p.person = ?")
        .Bind(person).All(r => JsonSerializer.Deserialize(r.Blob(0), EpisodeJson.Default.VisitSignal)!);

    public void Save(long record, VisitSignal signal) => database
        .Sql("INSERT INTO visit_signal (visit, kind, index_visit, record, detail) VALUES (?, ?, ?, ?, ?) ON CONFLICT (visit, kind, index_visit) DO UPDATE SET record = excluded.record, detail = excluded.detail")
        .Bind(signal.Visit).Bind((int)signal.Kind).Bind(signal.Index).Bind(record)
        .Bind((ReadOnlySpan<byte>)JsonSerializer.SerializeToUtf8Bytes(signal, EpisodeJson.Default.VisitSignal)).Run();

    public void Remove(VisitSignal signal) => database
        .Sql("DELETE FROM visit_signal WHERE visit = ? AND kind = ? AND index_visit = ?")
        .Bind(signal.Visit).Bind((int)signal.Kind).Bind(signal.Index).Run();

    /// <summary>Visit numbers are identifiers of patients' stays: outside of the details they are hashed, and all of one length.</summary>
    private static Guid KeyOf(int source, string visitKey)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{visitKey}"), hash);
        return new Guid(hash[..16], bigEndian: true);
    }

    private static EpisodeEvent ReadEvent(Statement r, string visitKey)
    {
        var happened = JsonSerializer.Deserialize(r.Blob(0), EpisodeJson.Default.EpisodeEvent)!;
        return happened.VisitKey == visitKey ? happened : happened with { VisitKey = visitKey };
    }

    private static EpisodeSummary Read(Statement r) =>
        new(r.Guid(0), r.Int32(1), r.Int64(2), JsonSerializer.Deserialize(r.Blob(3), EpisodeJson.Default.Episode)!);
}
