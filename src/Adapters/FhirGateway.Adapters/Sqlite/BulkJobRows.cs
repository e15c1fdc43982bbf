using FhirGateway.Submissions;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class BulkJobRows(SqliteDatabase database) : IBulkJobState
{
    private const string Columns = "SELECT id, source, kind, key, state, created, updated, detail, fault FROM bulk_job";

    public void Insert(BulkJob job) => database
        .Sql("INSERT INTO bulk_job (id, source, kind, key, state, created, updated, detail, fault) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .Bind(job.Id).Bind(job.Source).Bind((int)job.Kind).Bind(job.Key).Bind((int)job.State)
        .Bind(job.CreatedAt.UtcTicks).Bind(job.UpdatedAt.UtcTicks).Bind(job.Detail).Bind(job.Fault).Run();

    public void Update(BulkJob job) => database
        .Sql("UPDATE bulk_job SET state = ?, updated = ?, detail = ?, fault = ? WHERE id = ?")
        .Bind((int)job.State).Bind(job.UpdatedAt.UtcTicks).Bind(job.Detail).Bind(job.Fault).Bind(job.Id).Run();

    public BulkJob? Find(string id) => database.Sql(Columns + " WHERE id = ?").Bind(id).One(Read);

    public BulkJob? FindByKey(int source, BulkJobKind kind, string key) => database
        .Sql(Columns + " WHERE source = ? AND kind = ? AND key = ?").Bind(source).Bind((int)kind).Bind(key).One(Read);

    public IReadOnlyList<BulkJob> Open(BulkJobKind kind) => database
        .Sql(Columns + " WHERE state IN (0, 4) AND kind = ? ORDER BY n").Bind((int)kind).All(Read);

    public IReadOnlySet<string> Unfinished() =>
        database.Sql("SELECT id FROM bulk_job WHERE state IN (0, 2, 4)").All(r => r.Text(0)).ToHashSet(StringComparer.Ordinal);

    public IReadOnlyList<BulkJob> Newest(int? source, int most) => database
        .Sql(Columns + " WHERE ?1 IS NULL OR source = ?1 ORDER BY n DESC LIMIT ?2").Bind((long?)source).Bind(most).All(Read);

    private static BulkJob Read(Statement r) => new()
    {
        Id = r.Text(0),
        Source = r.Int32(1),
        Kind = (BulkJobKind)r.Int32(2),
        Key = r.TextOrNull(3),
        State = (BulkJobState)r.Int32(4),
        CreatedAt = new DateTimeOffset(r.Int64(5), TimeSpan.Zero),
        UpdatedAt = new DateTimeOffset(r.Int64(6), TimeSpan.Zero),
        Detail = r.Text(7),
        Fault = r.TextOrNull(8),
    };
}
