using System.Security.Cryptography;
using System.Text;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class ClientRows(SqliteDatabase database) : IClientState
{
    public IReadOnlyList<Client> All() => database
        .Sql("SELECT id, role, owner, jwks, scopes, created FROM client ORDER BY n").All(r => new Client
        {
            Id = r.Text(0),
            Role = (ClientRole)r.Int32(1),
            Owner = r.TextOrNull(2),
            Jwks = r.Text(3),
            Scopes = [.. r.Text(4).Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            CreatedAt = new DateTimeOffset(r.Int64(5), TimeSpan.Zero),
        });

    public void Insert(Client client) => database
        .Sql("INSERT INTO client (id, role, owner, jwks, scopes, created) VALUES (?, ?, ?, ?, ?, ?)")
        .Bind(client.Id).Bind((int)client.Role).Bind(client.Owner).Bind(client.Jwks).Bind(string.Join(' ', client.Scopes))
        .Bind(client.CreatedAt.UtcTicks).Run();

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
}
