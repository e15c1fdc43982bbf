using FhirGateway.Normalization;
using FhirGateway.Release;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class UndoRows(SqliteDatabase database) : IUndoState
{
    private const string Content = "rules, type, source, record, hash, body, length, starts, ends, labels, event_type, event_time, origin, needs, accepted, claim, claim_facts, repeat_of";
    private const string Kept =
        "SELECT u.resource, r.id, u.rules, u.type, u.source, u.record, u.hash, u.body, u.length, u.starts, u.ends, u.labels, u.event_type, u.event_time, u.origin, u.needs, u.accepted, u.claim, u.claim_facts, u.repeat_of, NULL, 0, NULL, NULL FROM undo u JOIN resource r ON r.n = u.resource";

    public void Keep(string submission, StoredResource before)
    {
        var statement = database
            .Sql($"INSERT INTO undo (submission, resource, {Content}, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT facts FROM claim_version WHERE resource = ?))")
            .Bind(submission).Bind(before.Number);
        ResourceRows.BindContent(statement, before).Bind(before.Number).Run();
    }

    public StoredResource? Before(string submission, long resource) => database
        .Sql(Kept + " WHERE u.submission = ? AND u.resource = ?").Bind(submission).Bind(resource).One(ResourceRows.Read);

    public ClaimFacts? ClaimBefore(string submission, long resource) => database
        .Sql("SELECT facts FROM undo WHERE submission = ? AND resource = ?").Bind(submission).Bind(resource)
        .One(r => r.IsNull(0) ? null : ClaimFacts.Decode(r.Blob(0)));

    public void Unlink(string submission, long resource)
    {
        var upon = database.Sql("SELECT submission FROM undo WHERE resource = ? AND submission <> ? AND substr(origin, 1, ?) = ?")
            .Bind(resource).Bind(submission).Bind(submission.Length + 1).Bind(submission + "/").One(r => r.Text(0));
        if (upon is null)
        {
            Delete(submission, resource);
            return;
        }

        // What was below the one that goes is now below the one upon it.
        Delete(upon, resource);
        database.Sql("UPDATE undo SET submission = ? WHERE submission = ? AND resource = ?").Bind(upon).Bind(submission).Bind(resource).Run();
    }

    public bool Forget(string submission, int most) => database
        .Sql("DELETE FROM undo WHERE (submission, resource) IN (SELECT submission, resource FROM undo WHERE submission = ? LIMIT ?)")
        .Bind(submission).Bind(most).Changes() > 0;

    private void Delete(string submission, long resource) =>
        database.Sql("DELETE FROM undo WHERE submission = ? AND resource = ?").Bind(submission).Bind(resource).Run();
}
