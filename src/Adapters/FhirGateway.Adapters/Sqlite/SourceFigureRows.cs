using System.Text.Json;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class SourceFigureRows(SqliteDatabase database) : ISourceFigures
{
    public SourceFigures Of(int source) => database.Sql("SELECT detail FROM source_figures WHERE source = ?").Bind(source)
        .One(r => JsonSerializer.Deserialize(r.Text(0), SubmissionJson.Default.SourceFigures)) ?? new SourceFigures();

    public void Save(int source, SourceFigures figures) => database
        .Sql("INSERT INTO source_figures (source, detail) VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET detail = excluded.detail")
        .Bind(source).Bind(JsonSerializer.Serialize(figures, SubmissionJson.Default.SourceFigures)).Run();
}
