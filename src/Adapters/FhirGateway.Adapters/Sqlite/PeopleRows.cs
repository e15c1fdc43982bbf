using System.Collections.Immutable;
using FhirGateway.People;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class PeopleRows(SqliteDatabase database) : IPeopleState
{
    private const string Columns = "SELECT n, kind, owner, key, person, demographics, facts FROM source_record";
    private const string QualifiedColumns =
        "SELECT r.n, r.kind, r.owner, r.key, r.person, r.demographics, r.facts FROM record_identifier i JOIN source_record r ON r.n = i.record";

    /// <summary>More equals than this identify nobody; looking at all of them would only cost time.</summary>
    private const int MostCandidates = 50;

    public SourceRecord? Find(RecordKind kind, int owner, string key) => database
        .Sql(Columns + " WHERE kind = ? AND owner = ? AND key = ?").Bind((int)kind).Bind(owner).Bind(key).One(Read);

    public SourceRecord Get(long number) => database.Sql(Columns + " WHERE n = ?").Bind(number).One(Read)
        ?? throw new InvalidOperationException($"source record {number} is not in the store");

    public SourceRecord Insert(RecordKind kind, int owner, string key, PersonId? person, DemographicKey? demographics, long facts)
    {
        var of = person ?? NewPerson();
        var statement = database
            .Sql("INSERT INTO source_record (kind, owner, key, person, demographics, facts) VALUES (?, ?, ?, ?, ?, ?)")
            .Bind((int)kind).Bind(owner).Bind(key).Bind(of.Value);
        Bind(statement, demographics).Bind(facts).Run();
        return new SourceRecord(database.LastInsertRowId, kind, owner, key, of, demographics, facts);
    }

    public void Update(SourceRecord record)
    {
        var statement = database.Sql("UPDATE source_record SET person = ?, demographics = ?, facts = ? WHERE n = ?").Bind(record.Person.Value);
        Bind(statement, record.Demographics).Bind(record.Facts).Bind(record.Number).Run();
    }

    public PersonId NewPerson()
    {
        database.Sql("INSERT INTO person DEFAULT VALUES").Run();
        return new PersonId(database.LastInsertRowId);
    }

    public void SetIdentifiers(long record, ImmutableArray<RecordIdentifier> identifiers)
    {
        database.Sql("DELETE FROM record_identifier WHERE record = ?").Bind(record).Run();
        foreach (var identifier in identifiers)
        {
            database.Sql("INSERT OR IGNORE INTO record_identifier (key, record, namespace) VALUES (?, ?, ?)")
                .Bind(identifier.Key).Bind(record).Bind(identifier.Namespace).Run();
        }
    }

    public IReadOnlyList<RecordIdentifier> IdentifiersOf(long record) => database
        .Sql("SELECT key, namespace FROM record_identifier WHERE record = ?").Bind(record)
        .All(r => new RecordIdentifier(r.Guid(0), r.Int64(1)));

    public IReadOnlyList<SourceRecord> WithIdentifier(RecordIdentifier identifier) => database
        .Sql(QualifiedColumns + " WHERE i.key = ? LIMIT ?").Bind(identifier.Key).Bind(MostCandidates).All(Read);

    public IReadOnlyList<SourceRecord> WithDemographics(DemographicKey key) => database
        .Sql(Columns + " WHERE demographics = ? LIMIT ?").Bind(key.Value).Bind(MostCandidates).All(Read);

    public IReadOnlyList<SourceRecord> OfPerson(PersonId person) => database
        .Sql(Columns + " WHERE person = ? ORDER BY n").Bind(person.Value).All(Read);

    private static Statement Bind(Statement statement, DemographicKey? key) =>
        key is { } k ? statement.Bind(k.Value) : statement.Bind((string?)null);

    private static SourceRecord Read(Statement r) => new(
        r.Int64(0), (RecordKind)r.Int32(1), r.Int32(2), r.Text(3), new PersonId(r.Int64(4)),
        r.IsNull(5) ? null : new DemographicKey(r.Guid(5)), r.Int64(6));

    public IReadOnlyList<PersonId> PersonsOf(int source) => database
        .Sql("SELECT DISTINCT person FROM source_record WHERE kind = ? AND owner = ?").Bind((int)RecordKind.Patient).Bind(source)
        .All(r => new PersonId(r.Int64(0)));
}
