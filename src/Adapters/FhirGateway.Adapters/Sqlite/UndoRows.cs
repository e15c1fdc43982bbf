using FhirGateway.Release;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class UndoRows(SqliteDatabase database) : IUndoState
{
    private const string Content = "rules, type, source, record, hash, body, length, starts, ends, labels, event_type, event_time, origin, needs, accepted";
    private const string Kept =
        "SELECT u.resource, r.id, u.rules, u.type, u.source, u.record, u.hash, u.body, u.length, u.starts, u.ends, u.labels, u.event_type, u.event_time, u.origin, u.needs, u.accepted FROM undo u JOIN resource r ON r.n = u.resource";

    public void Keep(string submission, StoredResource before)
    {
        var statement = database.Sql($"INSERT INTO undo (submission, resource, {Content}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(submission).Bind(before.Number);
        ResourceRows.BindContent(statement, before).Run();
    }

    public StoredResource? Before(string submission, long resource) => database
        .Sql(Kept + " WHERE u.submission = ? AND u.resource = ?").Bind(submission).Bind(resource).One(ResourceRows.Read);

    public void Unlink(string submission, long resource)
    {
        var upon = database.Sql("SELECT submission FROM undo WHERE resource = ? AND submission <> ? AND substr(origin, 1, ?) = ?")
            .Bind(resource).Bind(submission).Bind(submission.Length + 1).Bind(submission + "/").One(r => r.Text(0));
        var below = Before(submission, resource);
        Delete(submission, resource);
        if (upon is null)
            return;
        Delete(upon, resource);
        if (below is not null)
            Keep(upon, below);
    }

    public bool Forget(string submission, int most) => database
        .Sql("DELETE FROM undo WHERE (submission, resource) IN (SELECT submission, resource FROM undo WHERE submission = ? LIMIT ?)")
        .Bind(submission).Bind(most).Changes() > 0;

    private void Delete(string submission, long resource) =>
        database.Sql("DELETE FROM undo WHERE submission = ? AND resource = ?").Bind(submission).Bind(resource).Run();
}
