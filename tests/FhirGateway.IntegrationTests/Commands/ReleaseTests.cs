using System.Text.Json;

namespace FhirGateway.IntegrationTests.Commands;

/// <summary>From files to streams by commands only, each a process of its own.</summary>
public sealed class ReleaseTests
{
    [Fact]
    public async Task Exactly_what_may_go_reaches_the_participant_and_nothing_twice()
    {
        using var folder = new GatewayFolder();
        await SmallWorld.BuildAsync(folder);
        folder.Write("roster.csv", SmallWorld.Roster("m1"));
        var report = (await folder.RunAsync("roster", "load", "roster.csv", "--source", "acme")).Expect(0).Json;
        Assert.Equal(1, report.GetProperty("accepted").GetInt32());
        Assert.Equal(1, report.GetProperty("unmatched").GetInt32());
        var receipt = (await folder.RunAsync("import", "acme", "--source", "acme")).Expect(0).Json;
        Assert.Equal(9, receipt.GetProperty("counts").GetProperty("stored").GetInt64());
        Assert.Equal(64, receipt.GetProperty("files")[0].GetProperty("sha256").GetString()!.Length);

        var claims = await folder.StreamAsync("aco", "claims");
        Assert.Equal(["m1-new"], claims.Where(c => TypeOf(c) == "ExplanationOfBenefit").Select(SourceId));
        Assert.All(claims, c => Assert.Equal("local-m1", c.GetProperty("localId").GetString()));
        Assert.Equal(Enumerable.Range(1, claims.Count), claims.Select(c => c.GetProperty("sequence").GetInt32()));
        var before = await CountAsync(folder);

        var again = (await folder.RunAsync("import", "acme", "--source", "acme")).Expect(0).Json;
        Assert.Equal(0, again.GetProperty("counts").GetProperty("published").GetInt64());
        Assert.Equal(9, again.GetProperty("counts").GetProperty("unchanged").GetInt64());
        Assert.Equal(before, await CountAsync(folder));
        (await folder.RunAsync("audit", "verify")).Expect(0);
    }

    [Fact]
    public async Task A_member_added_to_the_roster_later_gets_what_is_due_without_a_new_import()
    {
        using var folder = new GatewayFolder();
        await SmallWorld.BuildAsync(folder);
        folder.Write("roster.csv", SmallWorld.Roster("m1"));
        (await folder.RunAsync("roster", "load", "roster.csv", "--source", "acme")).Expect(0);
        (await folder.RunAsync("import", "acme", "--source", "acme")).Expect(0);
        folder.Write("more.csv", SmallWorld.Roster("m2"));
        var report = (await folder.RunAsync("roster", "load", "more.csv", "--source", "acme", "--change")).Expect(0).Json;
        Assert.Equal(0, report.GetProperty("unmatched").GetInt32());
        Assert.Equal(["m1-new", "m2-new"], (await folder.StreamAsync("aco", "claims")).Where(c => TypeOf(c) == "ExplanationOfBenefit").Select(SourceId).Order());
    }

    [Fact]
    public async Task A_payer_that_does_not_attribute_the_member_sends_nothing_of_it()
    {
        using var folder = new GatewayFolder();
        await SmallWorld.BuildAsync(folder);
        folder.Write("roster.csv", SmallWorld.Roster("m1", "m2"));
        (await folder.RunAsync("roster", "load", "roster.csv", "--source", "acme")).Expect(0);
        (await folder.RunAsync("import", "acme", "--source", "acme")).Expect(0);
        (await folder.RunAsync("import", "zenith", "--source", "zenith")).Expect(0);
        foreach (var stream in new[] { "claims", "clinical" })
            Assert.All(await folder.StreamAsync("aco", stream), e => Assert.Equal("acme", e.GetProperty("source").GetString()));
        (await folder.RunAsync("agreement", "add", "--source", "zenith", "--participant", "aco")).Expect(0);
        Assert.All(await folder.StreamAsync("aco", "claims"), e => Assert.Equal("acme", e.GetProperty("source").GetString()));
    }

    [Fact]
    public async Task An_opt_out_stops_what_was_not_read_and_its_revocation_lets_it_go()
    {
        using var folder = new GatewayFolder();
        await SmallWorld.BuildAsync(folder);
        folder.Write("roster.csv", SmallWorld.Roster("m1", "m2"));
        (await folder.RunAsync("roster", "load", "roster.csv", "--source", "acme")).Expect(0);
        (await folder.RunAsync("import", "acme", "--source", "acme")).Expect(0);
        folder.Write("out.csv", "member_id,status,date\nm1,opt-out,2025-01-01\n");
        (await folder.RunAsync("optout", "load", "out.csv", "--source", "acme")).Expect(0);
        var claims = await folder.StreamAsync("aco", "claims");
        Assert.Equal(["m2-new"], claims.Where(c => TypeOf(c) == "ExplanationOfBenefit").Select(SourceId));
        var why = (await folder.RunAsync("why", "aco", "ExplanationOfBenefit/m1-new")).Expect(0).Output;
        Assert.Contains("may not go (opted-out)", why, StringComparison.Ordinal);
        folder.Write("in.csv", "member_id,status,date\nm1,revoked,2025-02-01\n");
        (await folder.RunAsync("optout", "load", "in.csv", "--source", "acme")).Expect(0);
        claims = await folder.StreamAsync("aco", "claims");
        Assert.Equal(["m1-new", "m2-new"], claims.Where(c => TypeOf(c) == "ExplanationOfBenefit").Select(SourceId).Order());
        (await folder.RunAsync("audit", "verify")).Expect(0);
    }

    [Fact]
    public async Task An_ended_agreement_lets_nothing_more_go()
    {
        using var folder = new GatewayFolder();
        await SmallWorld.BuildAsync(folder);
        folder.Write("roster.csv", SmallWorld.Roster("m1"));
        (await folder.RunAsync("roster", "load", "roster.csv", "--source", "acme")).Expect(0);
        Assert.Contains("default-acme-aco\tacme\taco\tadt claims claim-amounts clinical", (await folder.RunAsync("agreement", "list")).Expect(0).Output, StringComparison.Ordinal);
        (await folder.RunAsync("agreement", "end", "default-acme-aco")).Expect(0);
        (await folder.RunAsync("import", "acme", "--source", "acme")).Expect(0);
        Assert.Empty(await folder.StreamAsync("aco", "claims"));
        (await folder.RunAsync("agreement", "add", "--source", "acme", "--participant", "aco", "--class", "claims", "--look-back", "365")).Expect(0);
        Assert.Equal(["m1-new", "m1-old"], (await folder.StreamAsync("aco", "claims")).Where(c => TypeOf(c) == "ExplanationOfBenefit").Select(SourceId).Order());
        (await folder.RunAsync("agreement", "end", "nonsense")).Expect(2);
    }

    [Fact]
    public async Task Bad_rows_are_rejected_by_line_and_column_and_never_repeated()
    {
        using var folder = new GatewayFolder();
        await SmallWorld.BuildAsync(folder);
        folder.Write("roster.csv", "member_id,participant,start,sex\nm1,aco,2024-01-01,f\nm2,aco,sometime,f\nm3,nobody,2024-01-01,f\n,aco,2024-01-01,f\nm4,aco,2024-01-01,secret\n");
        var outcome = (await folder.RunAsync("roster", "load", "roster.csv", "--source", "acme")).Expect(1);
        Assert.Equal(1, outcome.Json.GetProperty("accepted").GetInt32());
        Assert.Equal(["3 start", "4 participant", "5 member_id", "6 sex"],
            outcome.Json.GetProperty("rejected").EnumerateArray().Select(r => $"{r.GetProperty("line")} {r.GetProperty("column")}"));
        Assert.DoesNotContain("sometime", outcome.Output + outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Output + outcome.Error, StringComparison.Ordinal);
        folder.Write("none.csv", "member,begin\nm1,2024-01-01\n");
        Assert.Contains("'member_id'", (await folder.RunAsync("roster", "load", "none.csv", "--source", "acme")).Expect(2).Error, StringComparison.Ordinal);
        folder.Write("map.json", """{"member_id":"member","start":"begin"}""");
        (await folder.RunAsync("roster", "load", "none.csv", "--source", "acme", "--participant", "aco", "--columns", "map.json")).Expect(0);
    }

    [Fact]
    public async Task A_roster_that_would_end_many_attributions_stops_for_confirmation()
    {
        using var folder = new GatewayFolder();
        await SmallWorld.BuildAsync(folder);
        folder.Write("all.csv", SmallWorld.Roster("m1", "m2", "m3"));
        folder.Write("one.csv", SmallWorld.Roster("m1"));
        (await folder.RunAsync("roster", "load", "all.csv", "--source", "acme")).Expect(0);
        var asked = (await folder.RunAsync("roster", "load", "one.csv", "--source", "acme")).Expect(1);
        Assert.Contains("--yes", asked.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await folder.StreamAsync("aco", "roster")).Count);
        var done = (await folder.RunAsync("roster", "load", "one.csv", "--source", "acme", "--yes")).Expect(0).Json;
        Assert.Equal(2, done.GetProperty("dropped").GetInt32());
        Assert.Equal(2, (await folder.StreamAsync("aco", "roster")).Count(e => e.GetProperty("type").GetString() == "roster.ending"));
    }

    [Fact]
    public async Task Lines_that_cannot_be_taken_are_held_with_their_reason_and_the_rest_goes_on()
    {
        using var folder = new GatewayFolder();
        await SmallWorld.BuildAsync(folder);
        folder.Write("bad.ndjson", "not json\n{\"resourceType\":\"Patient\"}\n\n{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n{\"id\":\"p2\"}\n{\"resourceType\":\"Patient\",\"id\":\"p3\"");
        var receipt = (await folder.RunAsync("import", "bad.ndjson", "--source", "acme")).Expect(1).Json;
        Assert.Equal(1, receipt.GetProperty("counts").GetProperty("stored").GetInt64());
        Assert.Equal(["1 not-json", "2 missing-id", "5 not-a-resource"],
            receipt.GetProperty("held").EnumerateArray().Select(h => $"{h.GetProperty("line")} {h.GetProperty("reason").GetString()}").Take(3));
        Assert.Equal(4, receipt.GetProperty("counts").GetProperty("held").GetInt64());
        (await folder.RunAsync("import", "missing.ndjson", "--source", "acme")).Expect(2);
        (await folder.RunAsync("import", "bad.ndjson", "--source", "nobody")).Expect(2);
        var piped = (await folder.RunAsync("{\"resourceType\":\"Patient\",\"id\":\"p9\"}\n", ["import", "-", "--source", "acme"])).Expect(0).Json;
        Assert.Equal("stdin", piped.GetProperty("files")[0].GetProperty("name").GetString());
    }

    /// <summary>Type of the resource that an event hands over; null for a withdrawal and for what was taken back.</summary>
    private static string? TypeOf(JsonElement entry) =>
        !entry.GetProperty("type").GetString()!.EndsWith(".withdrawn", StringComparison.Ordinal) && entry.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object && data.TryGetProperty("resourceType", out var type) ? type.GetString() : null;

    /// <summary>The source's own id of the resource: kept as an identifier.</summary>
    private static string SourceId(JsonElement entry)
    {
        var text = entry.GetProperty("data").GetProperty("identifier").GetRawText();
        return SmallWorld.Members.SelectMany(m => new[] { m + "-new", m + "-old" }).Single(id => text.Contains($"\"{id}\"", StringComparison.Ordinal));
    }

    private static async Task<int> CountAsync(GatewayFolder folder) =>
        (await folder.StreamAsync("aco", "claims")).Count + (await folder.StreamAsync("aco", "clinical")).Count + (await folder.StreamAsync("aco", "roster")).Count;
}
