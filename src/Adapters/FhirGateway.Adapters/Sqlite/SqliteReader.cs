using FhirGateway.Adapters.Files;
using FhirGateway.Audit;
using FhirGateway.Episodes;
using FhirGateway.FeedHealth;
using FhirGateway.Processing;
using FhirGateway.Publications;
using FhirGateway.Quarantine;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>What is read beside the writer: streams, the audit log, counts. Safe for parallel use.</summary>
public sealed class SqliteReader(string path) : IStreamLog, IAuditLog, ISubmissionEvidence, IVisitLookup, IDisposable
{
    private const int AuditPage = 2000;
    private readonly ReaderPool pool = new(path);

    public IReadOnlyList<Publication> Read(int participant, string stream, long after, int most) =>
        pool.Read(database => new PublicationRows(database).After(participant, stream, after, most));

    public long Last(int participant, string stream) => pool.Read(database => new PublicationRows(database).Next(participant, stream) - 1);

    /// <summary>Whether a message, or a control id, is remembered (<see cref="Messages.IMessageState.Remember"/>).</summary>
    public bool HasSeen(Guid key) => pool.Read(database => database.Sql("SELECT 1 FROM message_seen WHERE key = ?").Bind(key).Any());

    public ExpectedVisit? Find(int source, string visitKey) => pool.Read(database => new EpisodeRows(database).Expected(source, visitKey));

    public IEnumerable<AuditLeaf> Read(long from)
    {
        while (true)
        {
            var start = from;
            var page = pool.Read(database => database
                .Sql("SELECT n, time, kind, person, detail, leaf FROM audit WHERE n >= ? ORDER BY n LIMIT ?").Bind(start).Bind(AuditPage)
                .All(r => new AuditLeaf(r.Int64(0), r.Blob(5).ToArray(),
                    AuditRows.Leaf(r.Int64(0), r.Int64(1), r.Text(2), r.Int64(3), r.Text(4)))));
            foreach (var leaf in page)
                yield return leaf;
            if (page.Count < AuditPage)
                yield break;
            from = page[^1].Number + 1;
        }
    }

    public long PublicationsWithoutDisclosure() => pool.Read(database =>
        database.Sql("SELECT (SELECT count(*) FROM publication) - (SELECT count(*) FROM audit WHERE kind = 'disclosure')").Scalar());

    /// <summary>Items held of one journal entry, in order.</summary>
    public IReadOnlyList<QuarantinedItem> HeldOf(long entry, int most) =>
        pool.Read(database => new QuarantineRows(database).OfEntry(entry, most));

    /// <summary>Items held of one file of a submission after a line, in order.</summary>
    public IReadOnlyList<QuarantinedItem> HeldOf(long entry, int file, long after, int most) =>
        pool.Read(database => new QuarantineRows(database).OfFile(entry, file, after, most));

    public IReadOnlyDictionary<int, FileReport> ReportsOf(string submission) => pool.Read(database => new SubmissionRows(database).ReportsOf(submission));

    public Submission? Submission(string id) => pool.Read(database => new SubmissionRows(database).Find(id));

    public BulkJob? Job(string id) => pool.Read(database => new BulkJobRows(database).Find(id));

    public IReadOnlyList<Submission> SubmissionsOf(string job) => pool.Read(database => new SubmissionRows(database).OfJob(job));

    public IReadOnlyList<Submission> NewestSubmissions(int? source, int most) => pool.Read(database => new SubmissionRows(database).Newest(source, most));

    public IReadOnlyList<BulkJob> NewestJobs(int? source, int most) => pool.Read(database => new BulkJobRows(database).Newest(source, most));

    public SourceFigures FiguresOf(int source) => pool.Read(database => new SourceFigureRows(database).Of(source));

    /// <summary>The operator's stream of alerts about feeds, after a sequence.</summary>
    public IReadOnlyList<FeedAlert> FeedAlertsAfter(long sequence, int most) => pool.Read(database => new FeedRows(database).After(sequence, most));

    /// <summary>References of a submission whose target is not there now, by type.</summary>
    public IReadOnlyDictionary<string, long> MissingTargetsOf(string submission) => pool.Read(database => new ReferenceNoteRows(database).MissingOf(submission));

    /// <summary>Whether a submission is not yet worked through.</summary>
    public bool HasPendingSubmission() => pool.Read(database => database.Sql("SELECT 1 FROM submission WHERE state IN (0, 4)").Any());

    /// <summary>Whether somebody is to be judged anew.</summary>
    public bool HasReevaluations() => pool.Read(database => database.Sql("SELECT 1 FROM reevaluation").Any());

    /// <summary>Counts of what came in, is held and went out.</summary>
    public GatewayStatus Status() => pool.Read(database => new GatewayStatus
    {
        Messages = database.Sql("SELECT count(*) FROM message_seen").Scalar(),
        Resources = database.Sql("SELECT (SELECT count(*) FROM resource) - (SELECT count(*) FROM resource WHERE body < 0)").Scalar(),
        Persons = database.Sql("SELECT count(DISTINCT person) FROM source_record").Scalar(),
        SourceRecords = database.Sql("SELECT count(*) FROM source_record WHERE kind = 1").Scalar(),
        Linked = database.Sql("SELECT count(*) FROM source_record a WHERE kind = 1 AND EXISTS (SELECT 1 FROM source_record b WHERE b.person = a.person AND b.n <> a.n)").Scalar(),
        Attributions = database.Sql("SELECT count(*) FROM attribution").Scalar(),
        Attributed = database.Sql("SELECT count(DISTINCT r.person) FROM attribution a JOIN source_record r ON r.n = a.record").Scalar(),
        AuditRecords = database.Sql("SELECT count(*) FROM audit").Scalar(),
        Held = Counts(database, "SELECT reason, count(*) FROM quarantine WHERE released = 0 GROUP BY reason"),
        Withheld = Counts(database, "SELECT 'labelled', count(*) FROM resource WHERE labels <> '' AND rules <> 5"),
        Submissions = Counts(database, "SELECT CASE state WHEN 0 THEN 'pending' WHEN 1 THEN 'completed' WHEN 2 THEN 'paused' WHEN 3 THEN 'cancelled' WHEN 4 THEN 'withdrawing' ELSE 'withdrawn' END, count(*) FROM submission GROUP BY state"),
        Streams =
        [
            .. database.Sql("SELECT p.id, e.stream, max(e.sequence) FROM publication e JOIN participant p ON p.n = e.participant GROUP BY p.id, e.stream")
                .All(r => new StreamCount(r.Text(0), Contracts.StreamNames.All[r.Int32(1) - 1], r.Int64(2))),
        ],
    });

    public void Dispose() => pool.Dispose();

    private static SortedDictionary<string, long> Counts(SqliteDatabase database, string sql)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (key, count) in database.Sql(sql).All(r => (r.Text(0), r.Int64(1))))
            counts[key] = count;
        return counts;
    }
}
