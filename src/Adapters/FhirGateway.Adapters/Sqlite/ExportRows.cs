using FhirGateway.Submissions;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class ExportRows(SqliteDatabase database) : IExportState
{
    public IReadOnlyList<ExportMark> MarksOf(int source, string scope) => database
        .Sql("SELECT type, since FROM export_mark WHERE source = ? AND scope = ? ORDER BY type").Bind(source).Bind(scope)
        .All(r => new ExportMark(r.Text(0), r.TextOrNull(1)));

    public void Save(int source, string scope, ExportMark mark) => database
        .Sql("INSERT INTO export_mark (source, scope, type, since) VALUES (?, ?, ?, ?) ON CONFLICT (source, scope, type) DO UPDATE SET since = excluded.since")
        .Bind(source).Bind(scope).Bind(mark.Type).Bind(mark.Since).Run();

    public void Remove(int source, string scope, string type) => database
        .Sql("DELETE FROM export_mark WHERE source = ? AND scope = ? AND type = ?").Bind(source).Bind(scope).Bind(type).Run();

    public IReadOnlyList<string> UnknownMembers(int source, string scope, IReadOnlyList<string> ids) =>
        [.. ids.Where(id => !database.Sql("SELECT 1 FROM export_member WHERE source = ? AND scope = ? AND id = ?").Bind(source).Bind(scope).Bind(id).Any())];

    public void AddMembers(int source, string scope, IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
            database.Sql("INSERT INTO export_member (source, scope, id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING").Bind(source).Bind(scope).Bind(id).Run();
    }

    public void KeepMembers(int source, string scope, IReadOnlySet<string> ids)
    {
        var left = database.Sql("SELECT id FROM export_member WHERE source = ? AND scope = ?").Bind(source).Bind(scope).All(r => r.Text(0)).Where(id => !ids.Contains(id));
        foreach (var id in left.ToList())
            database.Sql("DELETE FROM export_member WHERE source = ? AND scope = ? AND id = ?").Bind(source).Bind(scope).Bind(id).Run();
    }

    public void Forget(int source)
    {
        database.Sql("DELETE FROM export_mark WHERE source = ?").Bind(source).Run();
        database.Sql("DELETE FROM export_member WHERE source = ?").Bind(source).Run();
    }

    public bool HasMembers(int source, string scope) =>
        database.Sql("SELECT 1 FROM export_member WHERE source = ? AND scope = ? LIMIT 1").Bind(source).Bind(scope).Any();
}
