using FhirGateway.People;
using FhirGateway.Release;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class ReevaluationRows(SqliteDatabase database) : IReevaluationQueue
{
    public void Enqueue(PersonId person) => database
        .Sql("INSERT INTO reevaluation (person, after) VALUES (?, 0) ON CONFLICT (person) DO UPDATE SET after = 0")
        .Bind(person.Value).Run();

    public (PersonId Person, long After)? Next()
    {
        var row = database.Sql("SELECT person, after FROM reevaluation LIMIT 1");
        if (!row.Step())
            return null;
        var next = (new PersonId(row.Int64(0)), row.Int64(1));
        row.Begin();
        return next;
    }

    public void Advance(PersonId person, long after) => database
        .Sql("UPDATE reevaluation SET after = ? WHERE person = ?").Bind(after).Bind(person.Value).Run();

    public void Complete(PersonId person) => database.Sql("DELETE FROM reevaluation WHERE person = ?").Bind(person.Value).Run();
}
