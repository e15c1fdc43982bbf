using System.Text;
using FhirGateway.IntegrationTests.Faults;

namespace FhirGateway.IntegrationTests.BadInput;

/// <summary>Bad rosters, panels and opt-outs: the rows are named by line and column, the good ones are in force, nothing is repeated.</summary>
public sealed class TableTests(ServedWorld world) : IClassFixture<ServedWorld>
{
    private const string Canary = ServedWorld.Canary;
    private const string Header = "member_id,family,given,birth_date,sex,zip,participant,start,end,local_id\n";

    /// <summary>The bad row, between two good ones, and what is said of it as "line column".</summary>
    private static readonly Dictionary<string, (string Row, string Rejected)> Rows = new()
    {
        ["unknown participant"] = ($"{Canary},A,B,1950-01-01,F,43000,nobody-there,2025-01-01,,x", "3 participant"),
        ["no member"] = ($",{Canary},B,1950-01-01,F,43000,north,2025-01-01,,x", "3 member_id"),
        ["start a word"] = ($"{Canary},A,B,1950-01-01,F,43000,north,{Canary},,x", "3 start"),
        ["start on 30 February"] = ($"{Canary},A,B,1950-01-01,F,43000,north,2025-02-30,,x", "3 start"),
        ["end before start"] = ($"{Canary},A,B,1950-01-01,F,43000,north,2025-06-01,2025-05-31,x", "3 end"),
        ["end a word"] = ($"{Canary},A,B,1950-01-01,F,43000,north,2025-06-01,{Canary},x", "3 end"),
        ["birth date of month 13"] = ($"{Canary},A,B,1950-13-01,F,43000,north,2025-06-01,,x", "3 birth_date"),
        ["sex a word"] = ($"{Canary},A,B,1950-01-01,{Canary},43000,north,2025-06-01,,x", "3 sex"),
        ["quote left open"] = ($"\"{Canary},A,B,1950-01-01,F,43000,north,2025-06-01,,x", "3 "),
        ["overlapping periods"] = ("twice,A,B,1950-01-01,F,43000,north,2025-01-01,2025-06-30,x\ntwice,A,B,1950-01-01,F,43000,north,2025-06-30,,x", "4 start"),
        ["NUL in a cell"] = ($"m\0{Canary},A,B,1950-01-01,F,43000,north,2025-01-01,,x", "3 member_id"),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_bad_row_is_named_and_the_others_are_in_force(string name)
    {
        var (row, rejected) = Rows[name];
        var id = name.Replace(' ', '-');
        world.Gateway.Write("bad.csv", $"{Header}{id}-1,Ok,One,1951-01-01,F,43000,north,2025-01-01,,a\n{row}\n{id}-2,Ok,Two,1952-01-01,M,43000,south,2025-01-01,,b\n");
        var outcome = (await world.Gateway.RunAsync("roster", "load", "bad.csv", "--source", FaultWorld.Payer, "--change")).Expect(1);
        var found = outcome.Json.GetProperty("rejected").EnumerateArray().Select(r => $"{r.GetProperty("line")} {r.GetProperty("column").GetString()}").ToList();
        Assert.StartsWith(rejected, Assert.Single(found), StringComparison.Ordinal);
        Assert.True(outcome.Json.GetProperty("accepted").GetInt32() >= (name == "quote left open" ? 1 : 2), outcome.Output);
        await world.CheckAsync(outcome.Output, outcome.Error);
    }

    [Theory]
    [InlineData("roster load FILE --source acme --change")]
    [InlineData("panel load FILE --participant south")]
    [InlineData("optout load FILE --source acme")]
    public async Task A_file_that_is_no_table_is_refused_with_the_reason(string line)
    {
        var files = new Dictionary<string, byte[]>
        {
            ["empty.csv"] = [],
            ["blank.csv"] = "\n\n\n"u8.ToArray(),
            ["header.csv"] = Encoding.UTF8.GetBytes($"{Canary},b,c\n1,2,3\n"),
            ["binary.csv"] = [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7919 >> 3))],
            ["utf16.csv"] = Encoding.Unicode.GetBytes(Header + $"{Canary},A,B,1950-01-01,F,43000,north,2025-01-01,,x\n"),
            ["gzip.csv"] = BadLines.Gzip(Encoding.UTF8.GetBytes(Header)),
            ["long.csv"] = Encoding.UTF8.GetBytes(Header + Canary + new string('x', 3 << 20)),
            ["wide.csv"] = Encoding.UTF8.GetBytes(Header + string.Join(',', Enumerable.Repeat(Canary, 5000)) + "\n"),
        };
        foreach (var (name, content) in files)
        {
            world.Gateway.Write(name, content);
            var outcome = (await world.Gateway.RunAsync(line.Replace("FILE", name, StringComparison.Ordinal).Split(' '))).Expect(2);
            Assert.Contains(name, outcome.Error, StringComparison.Ordinal);
            Assert.Empty(outcome.Output);
            await world.CheckAsync(outcome.Error);
        }
    }

    [Fact]
    public async Task Bad_rows_of_panels_and_opt_outs_are_named()
    {
        world.Gateway.Write("panel-bad.csv", $"local_id,family,given,birth_date,sex,zip\nok1,Ok,P,1950-01-01,F,43000\nbad1,{Canary},P,1950-99-01,F,43000\n,{Canary},P,1950-01-01,F,43000\n");
        var panel = (await world.Gateway.RunAsync("panel", "load", "panel-bad.csv", "--participant", "south")).Expect(1);
        Assert.Equal(["3 birth_date", "4 local_id"], Rejected(panel));
        world.Gateway.Write("out-bad.csv", $"member_id,status,date\np1,{Canary},2025-01-01\np2,opt-out,2025-01-32\n,opt-out,2025-01-01\np399,revoked,2025-01-01\n");
        var optOut = (await world.Gateway.RunAsync("optout", "load", "out-bad.csv", "--source", FaultWorld.Payer)).Expect(1);
        Assert.Equal(["2 status", "3 date", "4 member_id"], Rejected(optOut));
        await world.CheckAsync(panel.Output, panel.Error, optOut.Output, optOut.Error);
    }

    private static IEnumerable<string> Rejected(VerbOutcome outcome) =>
        outcome.Json.GetProperty("rejected").EnumerateArray().Select(r => $"{r.GetProperty("line")} {r.GetProperty("column").GetString()}");
}
