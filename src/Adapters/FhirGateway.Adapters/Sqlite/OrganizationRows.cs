using System.Text.Json;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class OrganizationRows(SqliteDatabase database) : IOrganizationState
{
    public OrganizationDirectory Load() => new(
        database.Sql("SELECT n, detail FROM source").All(r =>
            JsonSerializer.Deserialize(r.Text(1), OrganizationJson.Default.Source)! with { Number = r.Int32(0) }),
        database.Sql("SELECT n, detail FROM participant").All(r =>
            JsonSerializer.Deserialize(r.Text(1), OrganizationJson.Default.Participant)! with { Number = r.Int32(0) }),
        database.Sql("SELECT n, detail FROM agreement").All(r =>
            JsonSerializer.Deserialize(r.Text(1), OrganizationJson.Default.Agreement)! with { Number = r.Int32(0) }));

    public void Save(Source source) =>
        Save("source", source.Id, JsonSerializer.Serialize(source with { Number = 0 }, OrganizationJson.Default.Source));

    public void Save(Participant participant) =>
        Save("participant", participant.Id, JsonSerializer.Serialize(participant with { Number = 0 }, OrganizationJson.Default.Participant));

    public void Save(Agreement agreement) =>
        Save("agreement", agreement.Id, JsonSerializer.Serialize(agreement with { Number = 0 }, OrganizationJson.Default.Agreement));

    public void Remove(Agreement agreement) => database.Sql("DELETE FROM agreement WHERE id = ?").Bind(agreement.Id).Run();

    private void Save(string table, string id, string detail) => database
        .Sql($"INSERT INTO {table} (id, detail) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET detail = excluded.detail")
        .Bind(id).Bind(detail).Run();
}
