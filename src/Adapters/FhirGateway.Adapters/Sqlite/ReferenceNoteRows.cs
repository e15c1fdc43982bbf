using FhirGateway.Submissions;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class ReferenceNoteRows(SqliteDatabase database) : IReferenceNotes
{
    public bool Miss(Guid target, string type, int source, string submission)
    {
        var isNew = database.Sql("UPDATE missing_reference SET count = count + 1 WHERE target = ? AND submission = ?").Bind(target).Bind(submission).Changes() == 0;
        if (isNew)
        {
            database.Sql("INSERT INTO missing_reference (target, submission, source, type, count) VALUES (?, ?, ?, ?, 1)")
                .Bind(target).Bind(submission).Bind(source).Bind(type).Run();
        }

        return isNew;
    }

    public Guid? Recheck(int source, Guid after, int most)
    {
        var page = database
            .Sql("SELECT DISTINCT m.target, EXISTS (SELECT 1 FROM resource r WHERE r.id = m.target AND r.adt = 0 AND r.body >= 0) FROM missing_reference m WHERE m.source = ? AND m.target > ? ORDER BY m.target LIMIT ?")
            .Bind(source).Bind(after).Bind(most).All(r => (Target: r.Guid(0), Arrived: r.Int64(1) != 0));
        foreach (var (target, arrived) in page)
        {
            if (arrived)
                database.Sql("DELETE FROM missing_reference WHERE target = ?").Bind(target).Run();
        }

        return page.Count < most ? null : page[^1].Target;
    }

    public IReadOnlyDictionary<string, long> MissingOf(string submission)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (type, count) in database.Sql("SELECT type, sum(count) FROM missing_reference WHERE submission = ? GROUP BY type")
            .Bind(submission).All(r => (r.Text(0), r.Int64(1))))
            counts[type] = count;
        return counts;
    }

    public void NoteLine(string submission, int file, long line, int count)
    {
        if (count == 0)
            database.Sql("DELETE FROM unresolved_line WHERE submission = ? AND file = ? AND line = ?").Bind(submission).Bind(file).Bind(line).Run();
        else
            database.Sql("INSERT OR REPLACE INTO unresolved_line (submission, file, line, count) VALUES (?, ?, ?, ?)").Bind(submission).Bind(file).Bind(line).Bind(count).Run();
    }

    public IReadOnlyList<(long Line, int Count)> LinesOf(string submission, int file, long after, int most) => database
        .Sql("SELECT line, count FROM unresolved_line WHERE submission = ? AND file = ? AND line > ? ORDER BY line LIMIT ?")
        .Bind(submission).Bind(file).Bind(after).Bind(most).All(r => (r.Int64(0), r.Int32(1)));

    public int? NextFile(string submission, int from)
    {
        var file = database.Sql("SELECT file FROM unresolved_line WHERE submission = ? AND file >= ? ORDER BY file LIMIT 1").Bind(submission).Bind(from).Scalar(otherwise: -1);
        return file < 0 ? null : (int)file;
    }

    public bool ForgetLines(string submission, int most) => database
        .Sql("DELETE FROM unresolved_line WHERE (submission, file, line) IN (SELECT submission, file, line FROM unresolved_line WHERE submission = ? LIMIT ?)")
        .Bind(submission).Bind(most).Changes() > 0;

    public bool Forget(string submission, int most)
    {
        var lines = ForgetLines(submission, most);
        var targets = database.Sql("DELETE FROM missing_reference WHERE (target, submission) IN (SELECT target, submission FROM missing_reference WHERE submission = ? LIMIT ?)")
            .Bind(submission).Bind(most).Changes();
        return lines || targets > 0;
    }
}
