using System.Diagnostics;
using System.Globalization;
using FhirGateway.Simulation.Payers.Servers;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>
/// Memory does not grow with the size of a file. GATEWAY_BULK_MEGABYTES says how large it is (8 unless set; eng/bulk-large-test.sh
/// sets 5,000).
/// </summary>
public sealed class LargeFileTests(BulkGateway gateway) : IClassFixture<BulkGateway>
{
    [Fact]
    public async Task A_large_file_is_pulled_and_worked_through_in_bounded_memory()
    {
        var megabytes = int.TryParse(Environment.GetEnvironmentVariable("GATEWAY_BULK_MEGABYTES"), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : 8;
        var of = new PayerCase("large") { Prepare = s => s.FixedFiles = [File(megabytes)] };
        await using var server = await gateway.AddPayerAsync(of);
        var lines = server.FixedFiles[0].Count;
        var since = Stopwatch.GetTimestamp();
        (await gateway.ExportAsync(of.Id, "--full")).Expect(0);
        var took = Stopwatch.GetElapsedTime(since);
        var most = gateway.Process.Memory("VmHWM");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{server.FixedFiles[0].Content.Length >> 20} MiB, {lines} lines in {took.TotalSeconds:0.0} s ({lines / took.TotalSeconds:0} lines/s, {server.FixedFiles[0].Content.Length / took.TotalSeconds / 1e6:0.0} MB/s), most memory {most >> 20} MiB"));
        Assert.True(most < 512L << 20, $"{most >> 20} MiB");
        Assert.Equal(of.Members.Claims.Order(), (await gateway.ClaimsAsync(of.Id)).Order());
    }

    /// <summary>Claims of nobody on a roster: worked through to the store, published to none.</summary>
    private static ServedFile File(int megabytes)
    {
        var one = ClaimFiles.Claims(1).Length;
        var content = ClaimFiles.Claims(megabytes * 1_000_000L / one);
        return new ServedFile { Name = "ExplanationOfBenefit-large.ndjson", Role = "output", Type = "ExplanationOfBenefit", Count = content.Lines, Content = content };
    }
}
