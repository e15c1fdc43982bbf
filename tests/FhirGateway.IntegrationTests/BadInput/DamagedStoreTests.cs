using FhirGateway.IntegrationTests.Faults;

namespace FhirGateway.IntegrationTests.BadInput;

/// <summary>F-20: files of the data directory that were damaged are said at start, by file and what to do; nothing works on them as if they were whole.</summary>
public sealed class DamagedStoreTests
{
    [Theory]
    [InlineData("journal/0000000000000000.log", "empty")]
    [InlineData("journal/0000000000000000.log", "cut")]
    [InlineData("journal/0000000000000000.log", "flip")]
    [InlineData("keys/audit.pem", "empty")]
    [InlineData("keys/audit.pem", "cut")]
    public async Task A_damaged_file_is_said_and_nothing_is_done(string name, string how)
    {
        await using var gateway = new GatewayProcess();
        (await gateway.RunAsync("source", "add", FaultWorld.Payer, "--kind", "payer")).Expect(0);
        gateway.Write("p.ndjson", string.Concat(Enumerable.Range(0, 20).Select(i => FaultWorld.PatientLine(i) + "\n")));
        (await gateway.RunAsync("import", "p.ndjson", "--source", FaultWorld.Payer)).Expect(0);
        var path = Path.Combine(gateway.Data, name);
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        // In the payload of the first record.
        bytes[20] ^= 0xFF;
        await File.WriteAllBytesAsync(path, how switch { "empty" => [], "cut" => bytes[..(bytes.Length * 2 / 3)], _ => bytes }, TestContext.Current.CancellationToken);
        foreach (var verb in new[] { "audit verify", "serve", "status" })
        {
            var outcome = (await gateway.RunAsync(verb.Split(' '))).Expect(2);
            Assert.Contains(gateway.Data, outcome.Error, StringComparison.Ordinal);
            Assert.Contains("restore", outcome.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        }
    }
}
