using System.Text;
using FhirGateway.Audit;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>The audit log: each record is a leaf of the hash tree, numbered as it is inserted (ADR 0004).</summary>
internal sealed class AuditRows(SqliteDatabase database, TimeProvider clock) : IAuditState
{
    private long? next;

    public void Append(AuditRecord record, long person = 0)
    {
        var number = next ??= 1 + database.Sql("SELECT max(n) FROM audit").Scalar();
        var time = clock.GetUtcNow().UtcTicks;
        var leaf = Leaf(number, time, record.Kind, person, record.Detail);
        database.Sql("INSERT INTO audit (n, time, kind, person, detail, leaf) VALUES (?, ?, ?, ?, ?, ?)")
            .Bind(number).Bind(time).Bind(record.Kind).Bind(person).Bind(record.Detail).Bind(leaf.AsSpan()).Run();
        next = number + 1;
    }

    /// <summary>After a rollback the counter may be ahead of the table.</summary>
    public void Forget() => next = null;

    /// <summary>The leaf hash of a record as stored: every column but the hash itself.</summary>
    public static byte[] Leaf(long number, long time, string kind, long person, string detail) =>
        MerkleTree.LeafHash(Encoding.UTF8.GetBytes($"{number}\n{time}\n{kind}\n{person}\n{detail}"));
}
