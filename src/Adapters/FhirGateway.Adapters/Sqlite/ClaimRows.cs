using FhirGateway.Claims;
using FhirGateway.Normalization;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class ClaimRows(SqliteDatabase database) : IClaimState
{
    public ClaimVersion? Find(long resource) => database
        .Sql("SELECT v.resource, r.id, v.record, v.facts, r.claim, r.repeat_of FROM claim_version v JOIN resource r ON r.n = v.resource WHERE v.resource = ?")
        .Bind(resource).One(Read);

    public IReadOnlyList<long> WithKey(IReadOnlyList<long> records, long key, int most)
    {
        List<long>? found = null;
        foreach (var record in records)
        {
            var statement = database.Sql("SELECT resource FROM claim_key WHERE record = ? AND key = ? LIMIT ?").Bind(record).Bind(key).Bind(most);
            while (statement.Step())
                (found ??= []).Add(statement.Int64(0));
        }

        return found ?? [];
    }

    public void Save(ClaimVersion version, ClaimVersion? before)
    {
        database
            .Sql("INSERT INTO claim_version (resource, record, facts) VALUES (?, ?, ?) ON CONFLICT (resource) DO UPDATE SET record = excluded.record, facts = excluded.facts")
            .Bind(version.Resource).Bind(version.Record).Bind((ReadOnlySpan<byte>)version.Facts.Encode()).Run();
        if (before is not null)
        {
            if (before.Record == version.Record && before.RepeatOf == version.RepeatOf && before.Facts.Keys.SequenceEqual(version.Facts.Keys))
                return;
            RemoveKeys(before);
        }

        if (version.RepeatOf is not null)
            return;
        foreach (var key in version.Facts.Keys)
        {
            database.Sql("INSERT OR IGNORE INTO claim_key (record, key, resource) VALUES (?, ?, ?)")
                .Bind(version.Record).Bind(key.Hash).Bind(version.Resource).Run();
        }
    }

    public void Remove(ClaimVersion version)
    {
        RemoveKeys(version);
        database.Sql("DELETE FROM claim_version WHERE resource = ?").Bind(version.Resource).Run();
    }

    public IReadOnlyList<long> RepeatsOf(long resource) => database
        .Sql("SELECT n FROM resource WHERE repeat_of = ? ORDER BY n").Bind(resource).All(r => r.Int64(0));

    public DateOnly? PaidThrough(int source)
    {
        var day = database.Sql("SELECT day FROM claim_paid_through WHERE source = ?").Bind(source).Scalar(otherwise: -1);
        return day < 0 ? null : DateOnly.FromDayNumber((int)day);
    }

    public void SetPaidThrough(int source, DateOnly day) => database
        .Sql("INSERT INTO claim_paid_through (source, day) VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET day = excluded.day")
        .Bind(source).Bind(day).Run();

    private void RemoveKeys(ClaimVersion version)
    {
        foreach (var key in version.Facts.Keys)
        {
            database.Sql("DELETE FROM claim_key WHERE record = ? AND key = ? AND resource = ?")
                .Bind(version.Record).Bind(key.Hash).Bind(version.Resource).Run();
        }
    }

    private static ClaimVersion Read(Statement r) => new(
        r.Int64(0), r.Guid(1), r.Int64(2), ClaimFacts.Decode(r.Blob(3)), r.IsNull(4) ? null : ClaimStanding.Decode(r.Blob(4)), r.Int64OrNull(5));
}
