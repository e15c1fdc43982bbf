using System.Collections.Immutable;
using FhirGateway.People;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class PeopleRows(SqliteDatabase database) : IPeopleState
{
    private const string Columns = "SELECT n, kind, owner, key, person, demographics, facts, human, born FROM source_record";
    private const string QualifiedColumns =
        "SELECT r.n, r.kind, r.owner, r.key, r.person, r.demographics, r.facts, r.human, r.born FROM record_identifier i JOIN source_record r ON r.n = i.record";

    /// <summary>More equals than this identify nobody; looking at all of them would only cost time.</summary>
    private const int MostCandidates = 50;

    public SourceRecord? Find(RecordKind kind, int owner, string key) => database
        .Sql(Columns + " WHERE kind = ? AND owner = ? AND key = ?").Bind((int)kind).Bind(owner).Bind(key).One(Read);

    public SourceRecord Get(long number) => database.Sql(Columns + " WHERE n = ?").Bind(number).One(Read)
        ?? throw new InvalidOperationException($"source record {number} is not in the store");

    public SourceRecord Insert(RecordKind kind, int owner, string key, PersonId? person, DemographicKey? demographics, long facts, int? born = null)
    {
        var of = person ?? NewPerson();
        var statement = database
            .Sql("INSERT INTO source_record (kind, owner, key, person, demographics, facts, born) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .Bind((int)kind).Bind(owner).Bind(key).Bind(of.Value);
        Bind(statement, demographics).Bind(facts).Bind(born).Run();
        return new SourceRecord(database.LastInsertRowId, kind, owner, key, of, demographics, facts) { Born = born };
    }

    public void Update(SourceRecord record)
    {
        var statement = database.Sql("UPDATE source_record SET person = ?, demographics = ?, facts = ?, human = ?, born = ? WHERE n = ?").Bind(record.Person.Value);
        Bind(statement, record.Demographics).Bind(record.Facts).Bind(record.Human).Bind(record.Born).Bind(record.Number).Run();
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
        r.IsNull(5) ? null : new DemographicKey(r.Guid(5)), r.Int64(6))
    {
        Human = r.Int64OrNull(7),
        Born = r.IsNull(8) ? null : r.Int32(8),
    };

    public IReadOnlyList<PersonId> PersonsOf(int source) => database
        .Sql("SELECT DISTINCT person FROM source_record WHERE kind = ? AND owner = ?").Bind((int)RecordKind.Patient).Bind(source)
        .All(r => new PersonId(r.Int64(0)));

    public void NoteMerged(PersonId retired, PersonId survivor) => database
        .Sql("INSERT INTO person_merged (person, survivor) VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET survivor = excluded.survivor")
        .Bind(retired.Value).Bind(survivor.Value).Run();

    public PersonId Current(PersonId person)
    {
        // Survivors are merged in turn; a person that has come back to life (it was merged, and records were given back to it) ends the walk.
        for (var steps = 0; steps < 100; steps++)
        {
            var next = database.Sql("SELECT survivor FROM person_merged WHERE person = ?").Bind(person.Value).Scalar();
            if (next == 0 || database.Sql("SELECT 1 FROM source_record WHERE person = ?").Bind(person.Value).Any())
                break;
            person = new PersonId(next);
        }

        return person;
    }
}
