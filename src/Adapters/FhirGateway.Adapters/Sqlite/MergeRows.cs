using FhirGateway.Episodes;
using FhirGateway.Normalization.Adt;
using FhirGateway.People;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class MergeRows(SqliteDatabase database) : IMergeState
{
    private const string Columns =
        "SELECT n, source, space, kind, event, retired, survivor, entry, time, recorded, sent, control, key, state, verdict, held, before FROM merge_note";

    /// <summary>Sources that ever sent one. Asked for every message.</summary>
    private HashSet<int>? sources;

    public bool Any(int source) =>
        (sources ??= [.. database.Sql("SELECT DISTINCT source FROM merge_note").All(r => r.Int32(0))]).Contains(source);

    /// <summary>After a rollback.</summary>
    public void Forget() => sources = null;

    public MergeNote? Add(MergeNote note)
    {
        var added = database
            .Sql("INSERT OR IGNORE INTO merge_note (source, space, kind, event, retired, survivor, entry, time, recorded, sent, control, key, state, verdict, held, before) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(note.Source).Bind((int)note.Space).Bind((int)note.Kind).Bind(note.Trigger).Bind(note.Retired).Bind(note.Survivor).Bind(note.Entry)
            .Bind(note.Order.Time.UtcTicks).Bind(note.Order.Recorded.UtcTicks).Bind(note.Order.Sent.UtcTicks).Bind(note.Order.ControlId).Bind(note.Order.Key)
            .Bind((int)note.State).Bind((int)note.Verdict).Bind(note.Held).Bind(note.Before).Changes();
        if (added == 0)
            return null;
        sources?.Add(note.Source);
        return note with { Number = database.LastInsertRowId };
    }

    public void Update(MergeNote note) => database
        .Sql("UPDATE merge_note SET state = ?, verdict = ?, held = ?, before = ? WHERE n = ?")
        .Bind((int)note.State).Bind((int)note.Verdict).Bind(note.Held).Bind(note.Before).Bind(note.Number).Run();

    public IReadOnlyList<MergeNote> Around(int source, MergeSpace space, string key, int most)
    {
        var found = new Dictionary<long, MergeNote>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { key };
        var open = new Queue<string>(seen);
        while (open.TryDequeue(out var at) && found.Count <= most)
        {
            foreach (var note in Naming(source, space, at, most + 1))
            {
                found[note.Number] = note;
                if (seen.Add(note.Retired))
                    open.Enqueue(note.Retired);
                if (seen.Add(note.Survivor))
                    open.Enqueue(note.Survivor);
            }
        }

        return [.. found.Values];
    }

    public IReadOnlyList<MergeNote> Of(int source, MergeSpace space, string retired) => database
        .Sql(Columns + " WHERE source = ? AND space = ? AND retired = ?").Bind(source).Bind((int)space).Bind(retired).All(Read);

    public bool IsNamed(int source, MergeSpace space, string key) => Naming(source, space, key, 1).Any();

    public string? Survivor(int source, string key) => database
        .Sql("SELECT survivor FROM merged_key WHERE source = ? AND key = ?").Bind(source).Bind(key).One(r => r.Text(0));

    public void SetSurvivor(int source, string key, string? survivor)
    {
        if (survivor is null)
        {
            database.Sql("DELETE FROM merged_key WHERE source = ? AND key = ?").Bind(source).Bind(key).Run();
            return;
        }

        database.Sql("INSERT INTO merged_key (source, key, survivor) VALUES (?, ?, ?) ON CONFLICT (source, key) DO UPDATE SET survivor = excluded.survivor")
            .Bind(source).Bind(key).Bind(survivor).Run();
    }

    public IReadOnlyList<string> RetiredInto(int source, string key) => database
        .Sql("SELECT key FROM merged_key WHERE source = ? AND survivor = ? ORDER BY key").Bind(source).Bind(key).All(r => r.Text(0));

    public MergeNote? Find(long number) => database.Sql(Columns + " WHERE n = ?").Bind(number).One(Read);

    public IReadOnlyList<MergeNote> Newest(int? source, bool onlyHeld, int most) => database
        .Sql(Columns + " WHERE (?1 IS NULL OR source = ?1) AND (?2 = 0 OR verdict IN (5, 6)) ORDER BY n DESC LIMIT ?3")
        .Bind((long?)source).Bind(onlyHeld ? 1 : 0).Bind(most).All(Read);

    private IEnumerable<MergeNote> Naming(int source, MergeSpace space, string key, int most) =>
        Of(source, space, key, Columns + " WHERE source = ? AND space = ? AND retired = ? LIMIT ?", most)
            .Concat(Of(source, space, key, Columns + " WHERE source = ? AND space = ? AND survivor = ? LIMIT ?", most));

    private List<MergeNote> Of(int source, MergeSpace space, string key, string sql, int most) => database
        .Sql(sql).Bind(source).Bind((int)space).Bind(key).Bind(most).All(Read);

    private static MergeNote Read(Statement r) => new()
    {
        Number = r.Int64(0),
        Source = r.Int32(1),
        Space = (MergeSpace)r.Int32(2),
        Kind = (AdtMergeKind)r.Int32(3),
        Trigger = r.Text(4),
        Retired = r.Text(5),
        Survivor = r.Text(6),
        Entry = r.Int64(7),
        Order = new EventOrder(Time(r, 8), Time(r, 9), Time(r, 10), r.Text(11), r.Guid(12)),
        State = (MergeState)r.Int32(13),
        Verdict = (MergeVerdict)r.Int32(14),
        Held = r.Int64OrNull(15),
        Before = r.TextOrNull(16),
    };

    private static DateTimeOffset Time(Statement r, int column) => new(r.Int64(column), TimeSpan.Zero);
}
