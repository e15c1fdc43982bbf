namespace FhirGateway.IntegrationTests.Commands;

public sealed class ServeTests
{
    private const string Admit =
        "MSH|^~\\&|EHR|MARY|GW|GW|20250110103000-0500||ADT^A01^ADT_A01|c-1|P|2.5.1\r"
        + "EVN|A01|20250110103000-0500\r"
        + "PID|1||77^^^MARY^MR||Familym1^Given||19500101|F|||^^^^02101\r"
        + "PV1|1|I|W1^101^A|||||||||||||||||V1^^^MARY^VN|||||||||||||||||||||||||20250110103000-0500\r";

    [Fact]
    public async Task Verbs_run_in_the_serving_process_and_are_in_force_at_once()
    {
        using var folder = new GatewayFolder();
        await using var gateway = await ServingGateway.StartAsync(folder);
        await SmallWorld.BuildAsync(folder);
        (await folder.RunAsync("source", "add", "st-mary", "--kind", "hospital", "--facility", "MARY")).Expect(0);
        (await folder.RunAsync(SmallWorldRosterWithNames(), ["roster", "load", "-", "--source", "acme"])).Expect(0);
        (await folder.RunAsync("import", "acme", "--source", "acme")).Expect(0);
        Assert.NotEmpty(await folder.StreamAsync("aco", "claims"));
        folder.Write("admit.hl7", Admit);
        Assert.Equal("c-1\tAA\n", (await folder.RunAsync("adt", "send", "admit.hl7", "--to", gateway.Mllp)).Expect(0).Output);
        (await folder.RunAsync("agreement", "list")).Expect(0);
        Assert.Equal(2, (await folder.RunAsync("serve", "--http", "127.0.0.1:0", "--mllp", "127.0.0.1:0")).Exit);
        Assert.Equal(2, (await folder.RunAsync("stream", "nobody", "adt")).Exit);
        var follow = folder.Start("stream", "aco", "adt", "--follow");
        var entry = await follow.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        follow.Kill();
        Assert.Contains("\"adt.admit\"", entry, StringComparison.Ordinal);
        (await folder.RunAsync("audit", "verify")).Expect(0);
        using var http = new HttpClient();
        Assert.True((await http.GetAsync(new Uri(gateway.Http + "/health/ready"), TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        Assert.Equal(0, await gateway.StopAsync());
        Assert.False(File.Exists(Path.Combine(folder.Path, "data/control.sock")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder.Path, "data"), "stdin-*"));
        // A visit of long ago that nobody ended is closed by rule with the next start: that is told, too.
        Assert.Single(await folder.StreamAsync("aco", "adt"), e => e.GetProperty("type").GetString() == "adt.admit");
    }

    [Fact]
    public async Task A_client_gets_a_token_for_its_own_stream()
    {
        using var folder = new GatewayFolder();
        await using var gateway = await ServingGateway.StartAsync(folder);
        await SmallWorld.BuildAsync(folder);
        (await folder.RunAsync("client", "add", "--participant", "aco", "--out", "aco.json")).Expect(0);
        (await folder.RunAsync("client", "add", "--participant", "aco", "--out", "aco.json")).Expect(2);
        (await folder.RunAsync("client", "add", "--participant", "nobody", "--out", "x.json")).Expect(2);
        var token = (await folder.RunAsync("token", "aco.json", "--server", gateway.Http)).Expect(0).Output.Trim();
        Assert.Equal(3, token.Split('.').Length);
        (await folder.RunAsync("token", "aco.json", "--server", gateway.Http, "--scope", "system/admin")).Expect(1);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Assert.True((await http.GetAsync(new Uri(gateway.Http + "/streams/claims"), TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        Assert.Equal(0, await gateway.StopAsync());
        (await folder.RunAsync("token", "aco.json", "--server", gateway.Http)).Expect(2);
    }

    [Fact]
    public async Task Verbs_at_once_on_one_directory_all_take_effect()
    {
        using var folder = new GatewayFolder();
        var adding = Enumerable.Range(1, 4).Select(i => folder.RunAsync("source", "add", $"payer-{i}", "--kind", "payer")).ToList();
        foreach (var outcome in await Task.WhenAll(adding))
            outcome.Expect(0);
        Assert.Equal(5, (await folder.RunAsync("source", "list")).Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        (await folder.RunAsync("audit", "verify")).Expect(0);
    }

    [Fact]
    public async Task Convert_writes_a_bundle_a_message_and_says_which_one_failed()
    {
        using var folder = new GatewayFolder();
        folder.Write("both.hl7", Admit + Admit.Replace("PID|1||77^^^MARY^MR", "PID|1||", StringComparison.Ordinal).Replace("|c-1|", "|c-2|", StringComparison.Ordinal));
        var outcome = (await folder.RunAsync("convert", "both.hl7")).Expect(1);
        Assert.Equal("Bundle", Assert.Single(outcome.Lines).GetProperty("resourceType").GetString());
        Assert.Contains("message 2: ", outcome.Error, StringComparison.Ordinal);
        (await folder.RunAsync(Admit, ["convert", "-"])).Expect(0);
    }

    private static string SmallWorldRosterWithNames() =>
        "member_id,participant,start,family,given,birth_date,sex,zip\nm1,aco,2024-01-01,Familym1,Given,1950-01-01,F,02101\n";
}
