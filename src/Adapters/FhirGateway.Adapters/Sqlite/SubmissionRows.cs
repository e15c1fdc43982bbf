using System.Text.Json;
using FhirGateway.Journal;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class SubmissionRows(SqliteDatabase database) : ISubmissionState
{
    private const string Columns = "SELECT id, source, entry, files, accepted, state, rank, file, line, counts, job, manifest, base FROM submission";

    public void Insert(Submission s) => database
        .Sql("INSERT INTO submission (id, source, entry, files, accepted, state, rank, file, line, counts, job, manifest, base) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .Bind(s.Id).Bind(s.Source).Bind(s.Entry)
        .Bind(JsonSerializer.Serialize(new SpooledFiles(s.Id, s.Files), SubmissionJson.Default.SpooledFiles))
        .Bind(s.AcceptedAt.UtcTicks).Bind((int)s.State).Bind(s.Rank).Bind(s.File).Bind(s.Line).Bind(Counts(s)).Bind(s.Job).Bind(s.Manifest).Bind(s.FhirBaseUrl).Run();

    public void Update(Submission s) => database
        .Sql("UPDATE submission SET state = ?, rank = ?, file = ?, line = ?, counts = ? WHERE id = ?")
        .Bind((int)s.State).Bind(s.Rank).Bind(s.File).Bind(s.Line).Bind(Counts(s)).Bind(s.Id).Run();

    public Submission? Find(string id) => database.Sql(Columns + " WHERE id = ?").Bind(id).One(Read);

    public Submission? NextPending() => database.Sql(Columns + " WHERE state IN (0, 4) ORDER BY n LIMIT 1").One(Read);

    public IReadOnlyList<Submission> OfJob(string job) => database.Sql(Columns + " WHERE job = ? ORDER BY n").Bind(job).All(Read);

    public IReadOnlyList<Submission> Newest(int? source, int most) => database
        .Sql(Columns + " WHERE ?1 IS NULL OR source = ?1 ORDER BY n DESC LIMIT ?2").Bind((long?)source).Bind(most).All(Read);

    private static string Counts(Submission s) => JsonSerializer.Serialize(s.Counts, SubmissionJson.Default.SubmissionCounts);

    private static Submission Read(Statement r) => new()
    {
        Id = r.Text(0),
        Source = r.Int32(1),
        Entry = r.Int64(2),
        Files = JsonSerializer.Deserialize(r.Text(3), SubmissionJson.Default.SpooledFiles)!.Files,
        AcceptedAt = new DateTimeOffset(r.Int64(4), TimeSpan.Zero),
        State = (SubmissionState)r.Int32(5),
        Rank = r.Int32(6),
        File = r.Int32(7),
        Line = r.Int64(8),
        Counts = JsonSerializer.Deserialize(r.Text(9), SubmissionJson.Default.SubmissionCounts)!,
        Job = r.TextOrNull(10),
        Manifest = r.TextOrNull(11),
        FhirBaseUrl = r.TextOrNull(12),
    };
}
