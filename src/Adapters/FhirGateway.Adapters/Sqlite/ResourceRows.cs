using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using FhirGateway.Adapters.Files;
using FhirGateway.Claims;
using FhirGateway.Normalization;
using FhirGateway.People;
using FhirGateway.Release;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class ResourceRows(SqliteDatabase database, BodyFiles bodies) : IResourceState
{
    public const string Columns =
        "SELECT n, id, rules, type, source, record, hash, body, length, starts, ends, labels, event_type, event_time, origin, needs, accepted, claim, claim_facts, repeat_of, mark, findings, adt_entry, care FROM resource";

    private readonly FindingSets findingSets = new(database);

    public BodyLocation StoreBody(ReadOnlySpan<byte> body) => bodies.Append(body);

    public StoredResource? Find(Guid id, bool adt) => database
        .Sql(Columns + " WHERE id = ? AND adt = ?").Bind(id).Bind(adt ? 1 : 0).One(Read);

    public StoredResource Get(long number) => database.Sql(Columns + " WHERE n = ?").Bind(number).One(Read)
        ?? throw new InvalidOperationException($"resource {number} is not in the store");

    public bool Has(Guid id) => database.Sql("SELECT 1 FROM resource WHERE id = ? AND adt = 0 AND body >= 0").Bind(id).Any();

    public StoredResource Insert(StoredResource r)
    {
        var statement = database
            .Sql("INSERT INTO resource (id, adt, rules, type, source, record, hash, body, length, starts, ends, labels, event_type, event_time, origin, needs, accepted, claim, claim_facts, repeat_of, mark, findings, adt_entry, care) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(r.Id).Bind(r.Rules == ResourceRules.Adt ? 1 : 0);
        BindLine(BindContent(statement, r), r.Line).Bind(r.Adt).Bind(r.Care?.Encode()).Run();
        return r with { Number = database.LastInsertRowId };
    }

    public void Update(StoredResource r)
    {
        var statement = database.Sql(
            "UPDATE resource SET rules = ?, type = ?, source = ?, record = ?, hash = ?, body = ?, length = ?, starts = ?, ends = ?, labels = ?, event_type = ?, event_time = ?, origin = ?, needs = ?, accepted = ?, claim = ?, claim_facts = ?, repeat_of = ?, mark = ?, findings = ?, adt_entry = ?, care = ? WHERE n = ?");
        BindLine(BindContent(statement, r), r.Line).Bind(r.Adt).Bind(r.Care?.Encode()).Bind(r.Number).Run();
    }

    public void SetLine(long number, KnownLine line) =>
        BindLine(database.Sql("UPDATE resource SET mark = ?, findings = ? WHERE n = ?"), line).Bind(number).Run();

    public int NumberOf(LineFindings findings) => findingSets.NumberOf(findings);

    /// <summary>After a rollback.</summary>
    public void Forget() => findingSets.Forget();

    public void SetClaim(long number, ClaimStanding? standing, long? repeatOf) =>
        Bind(database.Sql("UPDATE resource SET claim = ?, repeat_of = ? WHERE n = ?"), standing).Bind(repeatOf).Bind(number).Run();

    public void ForgetClaim(long number) => database
        .Sql("UPDATE resource SET claim = NULL, claim_facts = NULL, repeat_of = NULL, mark = NULL WHERE n = ?").Bind(number).Run();

    public IReadOnlyList<StoredResource> OfPerson(PersonId person, long after, int most) => database
        .Sql(Columns + " WHERE record IN (SELECT n FROM source_record WHERE person = ?) AND n > ? AND body >= 0 ORDER BY n LIMIT ?")
        .Bind(person.Value).Bind(after).Bind(most).All(Read);

    public IReadOnlyList<StoredResource> OfRecord(long record, ResourceRules rules) => database
        .Sql(Columns + " WHERE record = ? AND rules = ? AND body >= 0 ORDER BY n").Bind(record).Bind((int)rules).All(Read);

    public void SetReferenceKeys(int source, string type, string sourceId, IReadOnlyList<(string System, string Value)> identifiers)
    {
        var isChanged = false;
        foreach (var (system, value) in identifiers)
        {
            var key = ReferenceKey(source, type, system, value);
            isChanged |= database.Sql("SELECT 1 FROM reference_key WHERE key = ? AND id <> ?").Bind(key).Bind(sourceId).Any();
            database.Sql("INSERT OR IGNORE INTO reference_key (key, id) VALUES (?, ?)").Bind(key).Bind(sourceId).Run();
        }

        if (isChanged)
            NoteReferencesChanged(source);
    }

    public void NoteReferencesChanged(int source) => database
        .Sql("INSERT INTO meta (key, value) VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET value = value + 1").Bind(GenerationKey(source)).Run();

    public static string GenerationKey(int source) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"references:{source}");

    public void RemoveReferenceKeys(int source, string type, string sourceId, IReadOnlyList<(string System, string Value)> identifiers)
    {
        foreach (var (system, value) in identifiers)
            database.Sql("DELETE FROM reference_key WHERE key = ? AND id = ?").Bind(ReferenceKey(source, type, system, value)).Bind(sourceId).Run();
    }

    public Held? FindHeld(long resource, int participant) => database
        .Sql("SELECT resource, participant, hash, sequence, person, amounts, claim FROM held WHERE resource = ? AND participant = ?")
        .Bind(resource).Bind(participant).One(ReadHeld);

    public IReadOnlyList<Held> HoldersOf(long resource) => database
        .Sql("SELECT resource, participant, hash, sequence, person, amounts, claim FROM held WHERE resource = ?").Bind(resource).All(ReadHeld);

    public void Save(Held held)
    {
        var statement = database
            .Sql("INSERT INTO held (resource, participant, hash, sequence, person, amounts, claim) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (resource, participant) DO UPDATE SET hash = excluded.hash, sequence = excluded.sequence, person = excluded.person, amounts = excluded.amounts, claim = excluded.claim")
            .Bind(held.Resource).Bind(held.Participant);
        Bind(BindHash(statement, held.Hash).Bind(held.Sequence).Bind(held.Person).Bind(held.WithAmounts ? 1 : 0), held.Claim).Run();
    }

    public void Remove(Held held) => database
        .Sql("DELETE FROM held WHERE resource = ? AND participant = ?").Bind(held.Resource).Bind(held.Participant).Run();

    public bool Want(Guid target, int participant)
    {
        if (database.Sql("SELECT 1 FROM wanted WHERE target = ? AND participant = ?").Bind(target).Bind(participant).Any())
            return false;
        database.Sql("INSERT INTO wanted (target, participant) VALUES (?, ?)").Bind(target).Bind(participant).Run();
        return true;
    }

    public IReadOnlyList<int> WantedBy(Guid target) => database
        .Sql("SELECT participant FROM wanted WHERE target = ?").Bind(target).All(r => r.Int32(0));

    /// <summary>The key under which a conditional reference finds its target.</summary>
    public static Guid ReferenceKey(int source, string type, string system, string value) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{type}\n{system}\n{value}")).AsSpan(0, 16));

    public static Statement BindContent(Statement statement, StoredResource r)
    {
        statement.Bind((int)r.Rules).Bind(r.Type).Bind(r.Source).Bind(r.Record);
        BindHash(statement, r.Hash).Bind(r.Body.Address).Bind(r.Body.Length)
            .Bind(r.Service.Start).Bind(r.Service.End).Bind(r.Labels).Bind(r.EventType).Bind(r.EventTime).Bind(r.Origin);
        Span<byte> needs = r.Needs.Length <= 16 ? stackalloc byte[r.Needs.Length * 16] : new byte[r.Needs.Length * 16];
        for (var i = 0; i < r.Needs.Length; i++)
            r.Needs[i].TryWriteBytes(needs[(i * 16)..], bigEndian: true, out _);
        return Bind(statement.Bind((ReadOnlySpan<byte>)needs).Bind(r.AcceptedAt.UtcTicks), r.Claim).Bind(r.ClaimFacts).Bind(r.RepeatOf);
    }

    private static Statement BindLine(Statement statement, KnownLine? line) =>
        line is { } known ? statement.Bind(known.Mark).Bind(known.Findings) : statement.Bind((string?)null).Bind(0);

    internal static Statement Bind(Statement statement, ClaimStanding? claim) =>
        claim is { } known ? statement.Bind((ReadOnlySpan<byte>)known.Encode()) : statement.Bind((long?)null);

    internal static ClaimStanding? Claim(Statement r, int column) => r.IsNull(column) ? null : ClaimStanding.Decode(r.Blob(column));

    private static Statement BindHash(Statement statement, ContentHash hash)
    {
        Span<byte> bytes = stackalloc byte[ContentHash.Size];
        hash.Write(bytes);
        return statement.Bind((ReadOnlySpan<byte>)bytes);
    }

    private static Held ReadHeld(Statement r) =>
        new(r.Int64(0), r.Int32(1), ContentHash.Read(r.Blob(2)), r.Int64(3), r.Int64(4), r.Int32(5) != 0, Claim(r, 6));

    public static StoredResource Read(Statement r) => new()
    {
        Number = r.Int64(0),
        Id = r.Guid(1),
        Rules = (ResourceRules)r.Int32(2),
        Type = r.Text(3),
        Source = r.Int32(4),
        Record = r.Int64OrNull(5),
        Hash = ContentHash.Read(r.Blob(6)),
        Body = new BodyLocation(r.Int64(7), r.Int32(8)),
        Service = new ServicePeriod(r.Day(9), r.Day(10)),
        Labels = r.Text(11),
        EventType = r.Text(12),
        EventTime = r.TextOrNull(13),
        Origin = r.Text(14),
        Needs = Needs(r.Blob(15)),
        AcceptedAt = new DateTimeOffset(r.Int64(16), TimeSpan.Zero),
        Claim = Claim(r, 17),
        ClaimFacts = r.Int64OrNull(18),
        RepeatOf = r.Int64OrNull(19),
        Line = r.IsNull(20) ? null : new KnownLine(r.Guid(20), r.Int32(21)),
        Adt = r.TextOrNull(22),
        Care = r.IsNull(23) ? null : CareFacts.Decode(r.Text(23)),
    };

    private static ImmutableArray<Guid> Needs(ReadOnlySpan<byte> blob)
    {
        if (blob.IsEmpty)
            return [];
        var needs = ImmutableArray.CreateBuilder<Guid>(blob.Length / 16);
        for (; !blob.IsEmpty; blob = blob[16..])
            needs.Add(new Guid(blob[..16], bigEndian: true));
        return needs.MoveToImmutable();
    }
}
