namespace FhirGateway.IntegrationTests.Commands;

public sealed class FeedCommandTests
{
    [Theory]
    [InlineData("feed list")]
    [InlineData("feed show")]
    [InlineData("feed alerts")]
    [InlineData("replay")]
    public async Task Help_has_examples(string verb)
    {
        using var folder = new GatewayFolder();
        var help = (await folder.RunAsync([.. verb.Split(' '), "--help"])).Expect(0);
        Assert.Contains("./gateway " + verb, help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_message_there_is_nothing_to_see_and_mistakes_are_named()
    {
        using var folder = new GatewayFolder();
        (await folder.RunAsync("source", "add", "mercy", "--kind", "hospital", "--facility", "MERCY")).Expect(0);
        Assert.StartsWith("source\tfacility\tconnections", (await folder.RunAsync("feed", "list")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("mercy", (await folder.RunAsync("feed", "show", "mercy", "--json")).Expect(0).Json.GetProperty("source").GetString());
        Assert.Empty((await folder.RunAsync("feed", "alerts")).Expect(0).Output);
        Assert.Contains("nobody", (await folder.RunAsync("feed", "show", "nobody")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("--after", (await folder.RunAsync("feed", "alerts", "--after", "x")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("serve", (await folder.RunAsync("feed", "alerts", "--follow")).Expect(2).Error, StringComparison.Ordinal);
        var replay = (await folder.RunAsync("replay", "--source", "mercy", "--dry-run", "--show")).Expect(0).Output;
        Assert.StartsWith("0 messages of mercy", replay, StringComparison.Ordinal);
        Assert.Contains("--from", (await folder.RunAsync("replay", "--source", "mercy", "--from", "yesterday")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("before", (await folder.RunAsync("replay", "--source", "mercy", "--from", "2026-06-02", "--to", "2026-06-01")).Expect(2).Error, StringComparison.Ordinal);
        (await folder.RunAsync("replay")).Expect(2);
    }
}
