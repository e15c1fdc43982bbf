using System.Security.Cryptography;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.People;
using FhirGateway.Publications;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>Streams. On SQLite the one state writer numbers events as it inserts them: what commits is gapless (ADR 0004).</summary>
internal sealed class PublicationRows(SqliteDatabase database) : IPublicationState
{
    private const string Columns =
        "SELECT participant, stream, sequence, type, time, source, person, person_key, local_id, origin, agreement, purpose, resource, body, length, inline, after, withdrawn, accepted, published, claim, adt_entry FROM publication";
    private readonly Dictionary<(int, int), long> next = [];

    /// <summary>Streams that got events since the last <see cref="TakeTouched"/>.</summary>
    private readonly HashSet<(int Participant, string Stream)> touched = [];

    /// <summary>Whether any key carries on for another. Asked for every event.</summary>
    private bool? hasAfter;

    private bool HasAfter => hasAfter ??= database.Sql("SELECT 1 FROM person_after LIMIT 1").Any();

    public static int Number(string stream) => StreamNames.All.IndexOf(stream) + 1;

    public long Next(int participant, string stream)
    {
        var key = (participant, Number(stream));
        if (!next.TryGetValue(key, out var sequence))
        {
            next[key] = sequence = 1 + database.Sql("SELECT max(sequence) FROM publication WHERE participant = ? AND stream = ?")
                .Bind(participant).Bind(key.Item2).Scalar();
        }

        return sequence;
    }

    public void Insert(Publication p)
    {
        var expected = Next(p.Participant, p.Stream);
        if (p.Sequence != expected)
            throw new InvalidOperationException($"sequence {p.Sequence} does not follow {expected - 1}");
        var statement = database
            .Sql("INSERT INTO publication (participant, stream, sequence, type, time, source, person, person_key, local_id, origin, agreement, purpose, resource, body, length, inline, after, withdrawn, accepted, published, claim, adt_entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(p.Participant).Bind(Number(p.Stream)).Bind(p.Sequence).Bind(p.Type).Bind(p.Time).Bind(p.Source).Bind(p.Person)
            .Bind(p.PersonKey).Bind(p.LocalId).Bind(p.Origin).Bind(p.Agreement).Bind(p.Purpose).Bind(p.Resource)
            .Bind(p.Body.Address).Bind(p.Body.Length).Bind(p.Inline).Bind(p.After).Bind(p.Withdrawn)
            .Bind(p.AcceptedAt.UtcTicks).Bind(p.PublishedAt.UtcTicks);
        ResourceRows.Bind(statement, p.Claim).Bind(p.Adt).Run();
        // Looked up first: an UPDATE of this table costs a temporary one, even where it changes nothing.
        if (p.Person != 0 && database.Sql("SELECT 1 FROM person_key WHERE person = ? AND participant = ? AND streams & ? = 0")
            .Bind(p.Person).Bind(p.Participant).Bind(Bit(p.Stream)).Any())
        {
            database.Sql("UPDATE person_key SET streams = streams | ?1 WHERE person = ?2 AND participant = ?3")
                .Bind(Bit(p.Stream)).Bind(p.Person).Bind(p.Participant).Run();
        }

        next[(p.Participant, Number(p.Stream))] = p.Sequence + 1;
        touched.Add((p.Participant, p.Stream));
    }

    public Publication? Find(int participant, string stream, long sequence) => database
        .Sql(Columns + " WHERE participant = ? AND stream = ? AND sequence = ?").Bind(participant).Bind(Number(stream)).Bind(sequence).One(Read);

    public IReadOnlyList<Publication> OfResource(long resource) => database
        .Sql(Columns + " WHERE resource = ? AND withdrawn IS NULL ORDER BY participant, stream, sequence").Bind(resource).All(Read);

    /// <summary>Events after a sequence, in order.</summary>
    public List<Publication> After(int participant, string stream, long after, int most) => database
        .Sql(Columns + " WHERE participant = ? AND stream = ? AND sequence > ? ORDER BY sequence LIMIT ?")
        .Bind(participant).Bind(Number(stream)).Bind(after).Bind(most).All(Read);

    public void MarkWithdrawn(int participant, string stream, long sequence, long withdrawnBy) => database
        .Sql("UPDATE publication SET withdrawn = ?, adt_entry = NULL WHERE participant = ? AND stream = ? AND sequence = ?")
        .Bind(withdrawnBy).Bind(participant).Bind(Number(stream)).Bind(sequence).Run();

    public string PersonKey(int participant, PersonId person)
    {
        var found = database.Sql("SELECT key FROM person_key WHERE person = ? AND participant = ?").Bind(person.Value).Bind(participant)
            .One(r => Convert.ToHexStringLower(r.Blob(0)));
        if (found is not null)
            return found;
        Span<byte> key = stackalloc byte[16];
        RandomNumberGenerator.Fill(key);
        database.Sql("INSERT INTO person_key (participant, person, key) VALUES (?, ?, ?)").Bind(participant).Bind(person.Value).Bind((ReadOnlySpan<byte>)key).Run();
        return Convert.ToHexStringLower(key);
    }

    public IReadOnlyList<int> ParticipantsOf(PersonId person) => database
        .Sql("SELECT participant FROM person_key WHERE person = ?").Bind(person.Value).All(r => r.Int32(0));

    public IReadOnlyList<string> StreamsOf(int participant, PersonId person)
    {
        var streams = database.Sql("SELECT streams FROM person_key WHERE person = ? AND participant = ?")
            .Bind(person.Value).Bind(participant).Scalar();
        return [.. StreamNames.All.Where(s => (streams & Bit(s)) != 0)];
    }

    public void SetAfter(int participant, string stream, PersonId person, long sequence)
    {
        hasAfter = true;
        database
            .Sql("INSERT INTO person_after (participant, stream, person, sequence) VALUES (?, ?, ?, ?) ON CONFLICT (participant, stream, person) DO UPDATE SET sequence = excluded.sequence")
            .Bind(participant).Bind(Number(stream)).Bind(person.Value).Bind(sequence).Run();
    }

    public long? TakeAfter(int participant, string stream, PersonId person)
    {
        if (!HasAfter)
            return null;
        var sequence = database.Sql("SELECT sequence FROM person_after WHERE participant = ? AND stream = ? AND person = ?")
            .Bind(participant).Bind(Number(stream)).Bind(person.Value).Scalar();
        if (sequence == 0)
            return null;
        database.Sql("DELETE FROM person_after WHERE participant = ? AND stream = ? AND person = ?")
            .Bind(participant).Bind(Number(stream)).Bind(person.Value).Run();
        return sequence;
    }

    public long DeliveredUpTo(int participant, string stream) => database
        .Sql("SELECT sequence FROM delivered WHERE participant = ? AND stream = ?").Bind(participant).Bind(Number(stream)).Scalar();

    public void SetDelivered(int participant, string stream, long sequence) => database
        .Sql("INSERT INTO delivered (participant, stream, sequence) VALUES (?, ?, ?) ON CONFLICT (participant, stream) DO UPDATE SET sequence = max(sequence, excluded.sequence)")
        .Bind(participant).Bind(Number(stream)).Bind(sequence).Run();

    public IReadOnlyList<Publication> Undelivered(int participant, PersonId person, string source)
    {
        var found = new List<Publication>();
        foreach (var stream in StreamNames.All)
        {
            var delivered = DeliveredUpTo(participant, stream);
            found.AddRange(database
                .Sql(Columns + " WHERE participant = ?1 AND stream = ?2 AND sequence IN (SELECT sequence FROM relay_parked WHERE participant = ?1 AND stream = ?2 AND sequence <= ?3) AND source = ?5 AND withdrawn IS NULL AND resource IN (SELECT r.n FROM source_record s JOIN resource r ON r.record = s.n WHERE s.person = ?4) ORDER BY sequence")
                .Bind(participant).Bind(Number(stream)).Bind(delivered).Bind(person.Value).Bind(source).All(Read));
            found.AddRange(database
                .Sql(Columns + " WHERE participant = ? AND stream = ? AND sequence > ? AND source = ? AND withdrawn IS NULL AND resource IN (SELECT r.n FROM source_record s JOIN resource r ON r.record = s.n WHERE s.person = ?) ORDER BY sequence")
                .Bind(participant).Bind(Number(stream)).Bind(delivered).Bind(source).Bind(person.Value).All(Read));
        }

        return found;
    }

    /// <summary>Forgets the counters: after a rollback they may be ahead of the table.</summary>
    public void Forget()
    {
        next.Clear();
        hasAfter = null;
    }

    /// <summary>After a rollback of everything: nothing was written.</summary>
    public void ForgetAll()
    {
        Forget();
        touched.Clear();
    }

    /// <summary>The streams that committed transactions wrote to, with their last sequence.</summary>
    public List<((int Participant, string Stream) Key, long Sequence)> TakeTouched()
    {
        var all = touched.Select(t => (t, Next(t.Participant, t.Stream) - 1)).ToList();
        touched.Clear();
        return all;
    }

    private static long Bit(string stream) => 1L << Number(stream);

    private static Publication Read(Statement r) => new()
    {
        Participant = r.Int32(0),
        Stream = StreamNames.All[r.Int32(1) - 1],
        Sequence = r.Int64(2),
        Type = r.Text(3),
        Time = r.Text(4),
        Source = r.Text(5),
        Person = r.Int64(6),
        PersonKey = r.TextOrNull(7),
        LocalId = r.TextOrNull(8),
        Origin = r.Text(9),
        Agreement = r.TextOrNull(10),
        Purpose = r.TextOrNull(11),
        Resource = r.Int64OrNull(12),
        Body = new BodyLocation(r.Int64(13), r.Int32(14)),
        Inline = r.TextOrNull(15),
        After = r.Int64OrNull(16),
        Withdrawn = r.Int64OrNull(17),
        AcceptedAt = new DateTimeOffset(r.Int64(18), TimeSpan.Zero),
        PublishedAt = new DateTimeOffset(r.Int64(19), TimeSpan.Zero),
        Claim = ResourceRows.Claim(r, 20),
        Adt = r.TextOrNull(21),
    };
}
