using System.Text.Json;
using FhirGateway.Journal;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class SubmissionRows(SqliteDatabase database) : ISubmissionState
{
    private const string Columns = "SELECT id, source, entry, files, accepted, state, rank, file, line, counts, job, manifest, base, epoch, runs, undoable, started, completed FROM submission";

    public void Insert(Submission s) => database
        .Sql("INSERT INTO submission (id, source, entry, files, accepted, state, rank, file, line, counts, job, manifest, base, undoable) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .Bind(s.Id).Bind(s.Source).Bind(s.Entry)
        .Bind(JsonSerializer.Serialize(new SpooledFiles(s.Id, s.Files), SubmissionJson.Default.SpooledFiles))
        .Bind(s.AcceptedAt.UtcTicks).Bind((int)s.State).Bind(s.Rank).Bind(s.File).Bind(s.Line).Bind(Counts(s)).Bind(s.Job).Bind(s.Manifest).Bind(s.FhirBaseUrl).Bind(s.IsUndoable ? 1 : 0).Run();

    public void Update(Submission s) => database
        .Sql("UPDATE submission SET state = ?, rank = ?, file = ?, line = ?, counts = ?, epoch = ?, runs = ?, started = ?, completed = ? WHERE id = ?")
        .Bind((int)s.State).Bind(s.Rank).Bind(s.File).Bind(s.Line).Bind(Counts(s)).Bind(s.Epoch).Bind(s.Runs)
        .Bind(s.StartedAt?.UtcTicks).Bind(s.CompletedAt?.UtcTicks).Bind(s.Id).Run();

    public Submission? Find(string id) => database.Sql(Columns + " WHERE id = ?").Bind(id).One(Read);

    public Submission? NextPending() => database.Sql(Columns + " WHERE state IN (0, 4) ORDER BY state DESC, n LIMIT 1").One(Read);

    public SubmissionStanding? StandingOf(string id) => database
        .Sql("SELECT state, epoch, EXISTS (SELECT 1 FROM submission WHERE state = 4) FROM submission WHERE id = ?").Bind(id)
        .One(r => new SubmissionStanding((SubmissionState)r.Int32(0), r.Int64(1), r.Int64(2) != 0));

    public IReadOnlyList<string> Undoable() => database.Sql("SELECT id FROM submission WHERE undoable = 1 ORDER BY n").All(r => r.Text(0));

    public string? NextSettled() => database
        .Sql("SELECT s.id FROM submission s LEFT JOIN bulk_job j ON j.id = s.job WHERE s.undoable = 1 AND s.state IN (1, 3, 5) AND coalesce(j.state, 1) IN (1, 3, 5, 6) ORDER BY s.n LIMIT 1")
        .One(r => r.Text(0));

    public void Settle(string id) => database.Sql("UPDATE submission SET undoable = 0 WHERE id = ?").Bind(id).Run();

    public FileReport ReportOf(string submission, int file) => database
        .Sql("SELECT report FROM submission_file WHERE submission = ? AND file = ?").Bind(submission).Bind(file)
        .One(r => JsonSerializer.Deserialize(r.Text(0), SubmissionJson.Default.FileReport)) ?? new FileReport();

    public Dictionary<int, FileReport> ReportsOf(string submission) => database
        .Sql("SELECT file, report FROM submission_file WHERE submission = ?").Bind(submission)
        .All(r => (File: r.Int32(0), Report: JsonSerializer.Deserialize(r.Text(1), SubmissionJson.Default.FileReport)!))
        .ToDictionary(r => r.File, r => r.Report);

    public void SaveReport(string submission, int file, FileReport report) => database
        .Sql("INSERT INTO submission_file (submission, file, report) VALUES (?, ?, ?) ON CONFLICT (submission, file) DO UPDATE SET report = excluded.report")
        .Bind(submission).Bind(file).Bind(JsonSerializer.Serialize(report, SubmissionJson.Default.FileReport)).Run();

    public bool Clear(Submission submission, int most)
    {
        var held = database.Sql("DELETE FROM quarantine WHERE n IN (SELECT n FROM quarantine WHERE entry = ? LIMIT ?)").Bind(submission.Entry).Bind(most).Changes();
        var reports = database.Sql("DELETE FROM submission_file WHERE (submission, file) IN (SELECT submission, file FROM submission_file WHERE submission = ? LIMIT ?)")
            .Bind(submission.Id).Bind(most).Changes();
        return held + reports > 0;
    }

    public IReadOnlyList<Submission> OfJob(string job) => database.Sql(Columns + " WHERE job = ? ORDER BY n").Bind(job).All(Read);

    public IReadOnlyList<Submission> Newest(int? source, int most) => database
        .Sql(Columns + " WHERE ?1 IS NULL OR source = ?1 ORDER BY n DESC LIMIT ?2").Bind((long?)source).Bind(most).All(Read);

    private static string Counts(Submission s) => JsonSerializer.Serialize(s.Counts, SubmissionJson.Default.SubmissionCounts);

    private static DateTimeOffset? Instant(long? ticks) => ticks is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null;

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
        Epoch = r.Int64(13),
        Runs = r.Int32(14),
        IsUndoable = r.Int64(15) != 0,
        StartedAt = Instant(r.Int64OrNull(16)),
        CompletedAt = Instant(r.Int64OrNull(17)),
    };
}
