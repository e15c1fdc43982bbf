using System.Collections.Immutable;
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

    private const string EventsOfNumber = "SELECT detail FROM episode_event WHERE visit = ?1";
    private const string EventsOfVisit =
        EventsOfNumber + " UNION ALL SELECT e.detail FROM visit_rename r JOIN episode_event e ON e.visit = r.old WHERE r.new = ?1";

    /// <summary>Whether any number was ever changed. Asked for every message.</summary>
    private bool? hasRenames;

    /// <summary>Ticks by source. Looked at for every message.</summary>
    private readonly Dictionary<int, long> heard = [];

    private bool HasRenames => hasRenames ??= database.Sql("SELECT 1 FROM visit_rename LIMIT 1").Any();

    /// <summary>After a rollback.</summary>
    public void Forget()
    {
        hasRenames = null;
        heard.Clear();
    }

    public IReadOnlyList<EpisodeEvent> EventsOf(int source, string visitKey, ImmutableArray<Kept<EpisodeEvent>> expected = default) =>
        database.Sql(HasRenames ? EventsOfVisit : EventsOfNumber).Bind(KeyOf(source, visitKey)).All(r => ReadEvent(r, visitKey, expected));

    /// <summary>What is known of a visit; null if it cannot be foreseen.</summary>
    public ExpectedVisit? Expected(int source, string visitKey)
    {
        var visit = KeyOf(source, visitKey);
        var events = database.Sql(EventsOfVisit + " LIMIT ?2").Bind(visit).Bind(ExpectedVisit.MostEvents + 1).All(r =>
        {
            var json = r.Blob(0).ToArray();
            return new Kept<EpisodeEvent>(JsonSerializer.Deserialize(json, EpisodeJson.Default.EpisodeEvent)!, json);
        });
        if (events.Count == 0)
            return ExpectedVisit.Unheard;
        if (events.Count > ExpectedVisit.MostEvents || events.Exists(e => e.Value.VisitKey != visitKey))
            return null;
        var episodes = database.Sql("SELECT detail FROM episode WHERE visit = ? LIMIT 2").Bind(visit).All(r => r.Blob(0).ToArray());
        return episodes.Count != 1 ? null : new ExpectedVisit
        {
            Events = [.. events],
            Now = new(JsonSerializer.Deserialize(episodes[0], EpisodeJson.Default.Episode)!, episodes[0]),
        };
    }

    public bool HasAsMany(int source, string visitKey, int events) => database
        .Sql("SELECT 1 FROM episode_event WHERE visit = ? LIMIT 1 OFFSET ?").Bind(KeyOf(source, visitKey)).Bind(events - 1).Any();

    public bool Add(int source, EpisodeEvent happened, ReadOnlyMemory<byte> json = default) => database
        .Sql("INSERT OR IGNORE INTO episode_event (visit, key, detail) VALUES (?, ?, ?)")
        .Bind(KeyOf(source, happened.VisitKey)).Bind(happened.Order.Key)
        .Bind(json.IsEmpty ? JsonSerializer.SerializeToUtf8Bytes(happened, EpisodeJson.Default.EpisodeEvent) : json.Span).Changes() > 0;

    public void Replace(int source, EpisodeEvent happened)
    {
        if (Add(source, happened))
            return;
        database.Sql("UPDATE episode_event SET detail = ? WHERE visit = ? AND key = ?")
            .Bind((ReadOnlySpan<byte>)JsonSerializer.SerializeToUtf8Bytes(happened, EpisodeJson.Default.EpisodeEvent))
            .Bind(KeyOf(source, happened.VisitKey)).Bind(happened.Order.Key).Run();
    }

    public string Resolve(int source, string visitKey) => !HasRenames ? visitKey : database
        .Sql("SELECT name FROM visit_rename WHERE old = ?").Bind(KeyOf(source, visitKey)).One(r => r.Text(0)) ?? visitKey;

    public void Rename(int source, string from, string to)
    {
        var (old, now) = (KeyOf(source, from), KeyOf(source, to));
        if (old == now)
            return;
        hasRenames = true;
        // Where it was the other way round before, the later word counts.
        database.Sql("DELETE FROM visit_rename WHERE old = ?").Bind(now).Run();
        database.Sql("UPDATE visit_rename SET new = ?, name = ? WHERE new = ?").Bind(now).Bind(to).Bind(old).Run();
        database.Sql("INSERT INTO visit_rename (old, new, name) VALUES (?, ?, ?) ON CONFLICT (old) DO UPDATE SET new = excluded.new, name = excluded.name")
            .Bind(old).Bind(now).Bind(to).Run();
    }

    public void Restore(int source, string visitKey) =>
        database.Sql("DELETE FROM visit_rename WHERE old = ?").Bind(KeyOf(source, visitKey)).Run();

    public IReadOnlyList<EpisodeSummary> Find(int source, string visitKey, Kept<Episode>? expected = null) => database
        .Sql(Columns + " WHERE e.visit = ?").Bind(KeyOf(source, visitKey)).All(r => Read(r, expected));

    public void Save(EpisodeSummary summary, ReadOnlyMemory<byte> json = default)
    {
        var episode = summary.Episode;
        var visit = KeyOf(summary.Source, episode.VisitKey);
        var begins = (episode.Start?.Instant ?? episode.Latest.Time).UtcTicks;
        foreach (var (recordBefore, beganBefore) in PlaceOf(visit, summary.Encounter))
        {
            if (recordBefore != summary.Record)
                database.Sql("UPDATE visit_signal SET record = ? WHERE visit = ?").Bind(summary.Record).Bind(summary.Encounter).Run();
            if (recordBefore != summary.Record || beganBefore != begins)
                Unsee(recordBefore, beganBefore, summary.Encounter);
        }

        database
            .Sql("INSERT INTO episode (encounter, source, visit, record, begins, closes, detail) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (visit, encounter) DO UPDATE SET record = excluded.record, begins = excluded.begins, closes = excluded.closes, detail = excluded.detail")
            .Bind(summary.Encounter).Bind(summary.Source).Bind(visit).Bind(summary.Record).Bind(begins).Bind(HangingRules.ClosesAt(episode)?.UtcTicks)
            .Bind(json.IsEmpty ? JsonSerializer.SerializeToUtf8Bytes(episode, EpisodeJson.Default.Episode) : json.Span).Run();
        database.Sql("INSERT OR REPLACE INTO visit_glance (record, begins, encounter, visit, ended, facts) VALUES (?, ?, ?, ?, ?, ?)")
            .Bind(summary.Record).Bind(begins).Bind(summary.Encounter).Bind(visit).Bind(episode.End is null ? 0 : 1)
            .Bind((ReadOnlySpan<byte>)EpisodeGlance.Write(episode)).Run();
    }

    public void Remove(EpisodeSummary summary)
    {
        var visit = KeyOf(summary.Source, summary.Episode.VisitKey);
        foreach (var (record, begins) in PlaceOf(visit, summary.Encounter))
            Unsee(record, begins, summary.Encounter);
        database.Sql("DELETE FROM episode WHERE visit = ? AND encounter = ?").Bind(visit).Bind(summary.Encounter).Run();
        database.Sql("DELETE FROM visit_signal WHERE visit = ?").Bind(summary.Encounter).Run();
    }

    public IReadOnlyList<EpisodeSummary> OfRecord(long record) => database
        .Sql(Columns + " JOIN visit_glance g ON g.visit = e.visit AND g.encounter = e.encounter WHERE g.record = ? ORDER BY g.begins").Bind(record).All(Read);

    /// <summary>Record by record, each in one place.</summary>
    public IReadOnlyList<EpisodeSummary> OfPerson(long person)
    {
        var visits = new List<(long Begins, EpisodeSummary Visit)>();
        foreach (var (record, source) in database.Sql("SELECT n, owner FROM source_record WHERE person = ?").Bind(person).All(r => (r.Int64(0), r.Int32(1))))
        {
            visits.AddRange(database.Sql("SELECT encounter, begins, facts FROM visit_glance WHERE record = ? ORDER BY begins DESC LIMIT ?").Bind(record).Bind(MostOfPerson)
                .All(r => (r.Int64(1), new EpisodeSummary(r.Guid(0), source, record, EpisodeGlance.Read(r.Blob(2))))));
        }

        return [.. visits.OrderByDescending(v => v.Begins).Take(MostOfPerson).Select(v => v.Visit)];
    }

    public bool HasEnded(long person) => database
        .Sql("SELECT 1 FROM source_record p WHERE p.person = ?1 AND EXISTS (SELECT 1 FROM (SELECT g.ended FROM visit_glance g WHERE g.record = p.n ORDER BY g.begins DESC LIMIT ?2) WHERE ended = 1)")
        .Bind(person).Bind(MostOfPerson).Any();

    public void Hear(int source, DateTimeOffset sent)
    {
        var minute = sent.UtcTicks - (sent.UtcTicks % TimeSpan.TicksPerMinute);
        if (minute <= Heard(source).UtcTicks)
            return;
        database.Sql("INSERT OR REPLACE INTO feed_clock (source, heard) VALUES (?, ?)").Bind(source).Bind(minute).Run();
        heard[source] = minute;
    }

    public DateTimeOffset Heard(int source)
    {
        if (!heard.TryGetValue(source, out var ticks))
            heard[source] = ticks = database.Sql("SELECT heard FROM feed_clock WHERE source = ?").Bind(source).Scalar();
        return new(ticks, TimeSpan.Zero);
    }

    public IReadOnlyList<EpisodeSummary> Hanging(DateTimeOffset now, int most)
    {
        var hanging = new List<EpisodeSummary>();
        foreach (var (source, ticks) in database.Sql("SELECT source, heard FROM feed_clock ORDER BY source").All(r => (r.Int32(0), r.Int64(1))))
        {
            if (hanging.Count == most)
                break;
            hanging.AddRange(database.Sql(Columns + " WHERE e.source = ? AND e.closes <= ? ORDER BY e.closes LIMIT ?").Bind(source)
                .Bind(HangingRules.Reached(new(ticks, TimeSpan.Zero), now).UtcTicks).Bind(most - hanging.Count).All(Read));
        }

        return hanging;
    }

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

    private static EpisodeEvent ReadEvent(Statement r, string visitKey, ImmutableArray<Kept<EpisodeEvent>> expected)
    {
        var json = r.Blob(0);
        if (!expected.IsDefault)
        {
            foreach (var known in expected)
            {
                if (json.SequenceEqual(known.Json.Span) && known.Value.VisitKey == visitKey)
                    return known.Value;
            }
        }

        var happened = JsonSerializer.Deserialize(json, EpisodeJson.Default.EpisodeEvent)!;
        return happened.VisitKey == visitKey ? happened : happened with { VisitKey = visitKey };
    }

    /// <summary>Where a visit stands among those of a record; none if it is new.</summary>
    private List<(long Record, long Begins)> PlaceOf(Guid visit, Guid encounter) => database
        .Sql("SELECT record, begins FROM episode WHERE visit = ? AND encounter = ?").Bind(visit).Bind(encounter).All(r => (r.Int64(0), r.Int64(1)));

    /// <summary>A visit is no longer among those of a record.</summary>
    private void Unsee(long record, long begins, Guid encounter) =>
        database.Sql("DELETE FROM visit_glance WHERE record = ? AND begins = ? AND encounter = ?").Bind(record).Bind(begins).Bind(encounter).Run();

    private static EpisodeSummary Read(Statement r) => Read(r, null);

    private static EpisodeSummary Read(Statement r, Kept<Episode>? expected)
    {
        var json = r.Blob(3);
        var episode = expected is not null && json.SequenceEqual(expected.Json.Span) ? expected.Value : JsonSerializer.Deserialize(json, EpisodeJson.Default.Episode)!;
        return new(r.Guid(0), r.Int32(1), r.Int64(2), episode);
    }
}
