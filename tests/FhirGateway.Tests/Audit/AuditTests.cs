using System.Text;
using FhirGateway.Adapters.Files;
using FhirGateway.Adapters.Sqlite;
using FhirGateway.Audit;
using FhirGateway.Processing;
using FhirGateway.Publications;
using FhirGateway.Tests.State;

namespace FhirGateway.Tests.Audit;

public sealed class AuditTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The reference inputs and roots of the Certificate Transparency implementation of RFC 6962.</summary>
    [Fact]
    public void The_tree_has_the_roots_of_the_reference_implementation()
    {
        string[] leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        string[] roots =
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        var tree = new MerkleTree();
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(tree.Root()));
        for (var i = 0; i < leaves.Length; i++)
        {
            tree.Append(MerkleTree.LeafHash(Convert.FromHexString(leaves[i])));
            Assert.Equal(roots[i], Convert.ToHexStringLower(tree.Root()));
        }
    }

    [Fact]
    public async Task Every_edit_deletion_insertion_swap_and_cut_is_found()
    {
        await Fill(30);
        Assert.Empty(Verify());
        string[] columns = ["time = time + 1", "kind = 'refused'", "person = person + 1", "detail = detail || ' '", "leaf = zeroblob(32)", "n = n + 1000"];
        for (var row = 1; row <= 30; row += 3)
        {
            foreach (var column in columns)
                AssertFound($"UPDATE audit SET {column} WHERE n = {row}");
            AssertFound($"DELETE FROM audit WHERE n = {row}");
            AssertFound($"UPDATE audit SET n = -1 WHERE n = {row}; UPDATE audit SET n = {row} WHERE n = {row % 30 + 1}; UPDATE audit SET n = {row % 30 + 1} WHERE n = -1");
        }

        AssertFound("DELETE FROM audit WHERE n > 25");
        AssertFound("INSERT INTO audit SELECT 31, time, kind, person, detail, leaf FROM audit WHERE n = 30");
        AssertFound("INSERT INTO audit SELECT 0, time, kind, person, detail, leaf FROM audit WHERE n = 30; UPDATE audit SET n = n + 500; UPDATE audit SET n = n - 499");
    }

    [Fact]
    public async Task An_edit_with_a_fitting_leaf_hash_is_found_by_the_checkpoint()
    {
        await Fill(10);
        using (var database = new SqliteDatabase(folder.In("state.db"), readOnly: false))
        {
            var (time, kind) = database.Sql("SELECT time, kind FROM audit WHERE n = 4").All(r => (r.Int64(0), r.Text(1)))[0];
            database.Sql("UPDATE audit SET detail = '{}', leaf = ? WHERE n = 4").Bind(AuditRows.Leaf(4, time, kind, 4, "{}").AsSpan()).Run();
        }

        Assert.Contains(Verify(), f => f.Contains("the log before leaf 10 was changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_checkpoint_line_torn_by_a_crash_is_fine_and_the_next_one_is_whole()
    {
        await Fill(3);
        await File.AppendAllTextAsync(folder.In("checkpoints"), "{\"size\":9,\"ro", TestContext.Current.CancellationToken);
        Assert.Empty(Verify());
        await Fill(2);
        Assert.Empty(Verify());
        Assert.Equal(2, (await File.ReadAllLinesAsync(folder.In("checkpoints"), TestContext.Current.CancellationToken)).Length);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("garbage")]
    public async Task A_line_that_is_no_checkpoint_is_reported(string line)
    {
        await Fill(3);
        var lines = await File.ReadAllLinesAsync(folder.In("checkpoints"), TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(folder.In("checkpoints"), [line, .. lines], TestContext.Current.CancellationToken);
        Assert.Contains(Verify(), f => f.Contains("line 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_forged_checkpoint_is_found()
    {
        await Fill(3);
        var text = await File.ReadAllTextAsync(folder.In("checkpoints"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.In("checkpoints"), text.Replace("\"size\":3", "\"size\":2", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Contains(Verify(), f => f.Contains("signature", StringComparison.Ordinal));
    }

    private void AssertFound(string sql)
    {
        var clean = File.ReadAllBytes(folder.In("state.db"));
        using (var database = new SqliteDatabase(folder.In("state.db"), readOnly: false))
            database.Execute(sql + "; PRAGMA wal_checkpoint(TRUNCATE)");
        Assert.True(Verify().Count > 0, sql);
        File.Delete(folder.In("state.db-wal"));
        File.Delete(folder.In("state.db-shm"));
        File.WriteAllBytes(folder.In("state.db"), clean);
    }

    private IReadOnlyList<string> Verify()
    {
        using var reader = new SqliteReader(folder.In("state.db"));
        using var key = CheckpointKey.Open(folder.In("audit.pem"));
        return AuditVerifier.Verify(reader, key, folder.In("checkpoints")).Faults;
    }

    private async Task Fill(int records)
    {
        using var bodies = new BodyFiles(folder.In("bodies"));
        using (var store = new SqliteStateStore(folder.In("state.db"), bodies, new StreamSignals(), TimeProvider.System))
        {
            for (var i = 1; i <= records; i++)
            {
                var number = i;
                await store.WriteAsync(StateLane.Messages, tx =>
                {
                    tx.Audit.Append(new AuditRecord(AuditKinds.Change, "{\"number\":" + number + "}"), number);
                    return true;
                }, CancellationToken.None);
            }
        }

        using var reader = new SqliteReader(folder.In("state.db"));
        using var key = CheckpointKey.Open(folder.In("audit.pem"));
        new CheckpointWriter(reader, key, folder.In("checkpoints"), TimeProvider.System).Write();
    }
}
