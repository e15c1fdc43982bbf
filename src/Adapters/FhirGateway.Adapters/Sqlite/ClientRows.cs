using System.Security.Cryptography;
using System.Text;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class ClientRows(SqliteDatabase database) : IClientState
{
    private const string UploadColumns = "SELECT submission, owner, client, key, name, length, sha256, accepted FROM client_upload";

    public IReadOnlyList<Client> All() => database
        .Sql("SELECT id, role, owner, jwks, scopes, created, jwks_url, jwks_allow, jwks_at, external FROM client ORDER BY n").All(r => new Client
        {
            Id = r.Text(0),
            Role = (ClientRole)r.Int32(1),
            Owner = r.TextOrNull(2),
            Jwks = r.Text(3),
            Scopes = [.. r.Text(4).Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            CreatedAt = new DateTimeOffset(r.Int64(5), TimeSpan.Zero),
            JwksUrl = r.TextOrNull(6),
            JwksAllow = r.TextOrNull(7),
            JwksAt = r.Int64OrNull(8) is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null,
            ExternalId = r.TextOrNull(9),
        });

    public void Insert(Client client) => database
        .Sql("INSERT INTO client (id, role, owner, jwks, scopes, created, jwks_url, jwks_allow, jwks_at, external) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .Bind(client.Id).Bind((int)client.Role).Bind(client.Owner).Bind(client.Jwks).Bind(string.Join(' ', client.Scopes))
        .Bind(client.CreatedAt.UtcTicks).Bind(client.JwksUrl).Bind(client.JwksAllow).Bind(client.JwksAt?.UtcTicks).Bind(client.ExternalId).Run();

    public bool Remove(string id)
    {
        if (!database.Sql("SELECT 1 FROM client WHERE id = ?").Bind(id).Any())
            return false;
        database.Sql("DELETE FROM client WHERE id = ?").Bind(id).Run();
        return true;
    }

    public void SaveKeys(string client, string jwks, DateTimeOffset at) => database
        .Sql("UPDATE client SET jwks = ?, jwks_at = ? WHERE id = ?").Bind(jwks).Bind(at.UtcTicks).Bind(client).Run();

    public bool TakeAssertion(string issuer, string jti, DateTimeOffset until, DateTimeOffset now)
    {
        Span<byte> key = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{jti}"), key);
        database.Sql("DELETE FROM used_assertion WHERE until < ?").Bind(now.UtcTicks).Run();
        if (database.Sql("SELECT 1 FROM used_assertion WHERE key = ?").Bind((ReadOnlySpan<byte>)key).Any())
            return false;
        database.Sql("INSERT INTO used_assertion (key, until) VALUES (?, ?)").Bind((ReadOnlySpan<byte>)key).Bind(until.UtcTicks).Run();
        return true;
    }

    public void Insert(ClientUpload upload, DateTimeOffset keysSince)
    {
        database.Sql("UPDATE client_upload SET key = NULL WHERE key IS NOT NULL AND owner = ? AND accepted < ?").Bind(upload.Owner).Bind(keysSince.UtcTicks).Run();
        database.Sql("INSERT INTO client_upload (submission, owner, client, key, name, length, sha256, accepted) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(upload.Submission).Bind(upload.Owner).Bind(upload.Client).Bind(upload.Key).Bind(upload.Name).Bind(upload.Length)
            .Bind(upload.Sha256).Bind(upload.AcceptedAt.UtcTicks).Run();
    }

    public ClientUpload? FindUpload(string submission) => database
        .Sql(UploadColumns + " WHERE submission = ?").Bind(submission).One(ReadUpload);

    public ClientUpload? FindUpload(string owner, string key) => database
        .Sql(UploadColumns + " WHERE owner = ? AND key = ?").Bind(owner).Bind(key).One(ReadUpload);

    private static ClientUpload ReadUpload(Statement r) => new()
    {
        Submission = r.Text(0),
        Owner = r.Text(1),
        Client = r.Text(2),
        Key = r.TextOrNull(3),
        Name = r.Text(4),
        Length = r.Int64(5),
        Sha256 = r.Text(6),
        AcceptedAt = new DateTimeOffset(r.Int64(7), TimeSpan.Zero),
    };
}
