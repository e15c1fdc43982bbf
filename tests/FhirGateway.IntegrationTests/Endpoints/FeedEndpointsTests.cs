using System.Net;
using System.Text.Json;
using FhirGateway.FeedHealth;
using FhirGateway.Organizations;
using FhirGateway.Processing;

namespace FhirGateway.IntegrationTests.Endpoints;

public sealed class FeedEndpointsTests
{
    [Fact]
    public async Task Alerts_are_read_from_a_sequence_on_as_lines()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Operator, null);
        await AppendAsync(gateway, 3);
        Assert.Equal([1L, 2, 3], await SequencesAsync(gateway, token, "/admin/feeds/alerts"));
        Assert.Equal([3L], await SequencesAsync(gateway, token, "/admin/feeds/alerts?after=2"));
        Assert.Equal([2L], await SequencesAsync(gateway, token, "/admin/feeds/alerts?after=1&most=1"));
        Assert.Empty(await SequencesAsync(gateway, token, "/admin/feeds/alerts?after=3&wait=1"));
        foreach (var wrong in (string[])["after=x", "after=-1", "after=1&after=2", "most=0", "most=5001", "wait=31"])
        {
            using var response = await gateway.SendAsync(HttpMethod.Get, "/admin/feeds/alerts?" + wrong, token);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task Feeds_are_shown_with_what_came_and_nothing_of_whom()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Operator, null);
        Assert.Null(await gateway.Engine.Registry.SaveAsync(new Source { Id = "mercy", Kind = SourceKind.Hospital, Facilities = ["MERCY"] }, "test", default));
        var message = "MSH|^~\\&|ADT|MERCY|GW|HIE|20260615||ADT^A01|C1|P|2.5.1\rPID|1||90210x^^^MERCY^MR||Canary^Ada||19500517|F\rPV1|1|QZ||||||||||||||||||V77^^^MERCY^VN\r";
        await gateway.Engine.MessageIntake.ReceiveAsync(System.Text.Encoding.UTF8.GetBytes(message), default);
        await gateway.Engine.DrainAsync(default);
        using var list = await gateway.SendAsync(HttpMethod.Get, "/admin/feeds", token);
        var feeds = JsonDocument.Parse(await list.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(["mercy", "mercy"], feeds.EnumerateArray().Select(f => f.GetProperty("source").GetString()));
        Assert.Equal("MERCY", feeds[1].GetProperty("facility").GetString());
        using var one = await gateway.SendAsync(HttpMethod.Get, "/admin/feeds/mercy", token);
        var text = await one.Content.ReadAsStringAsync();
        Assert.Contains("QZ", text, StringComparison.Ordinal);
        foreach (var secret in (string[])["Canary", "90210x", "V77", "C1\""])
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    private static Task AppendAsync(RunningGateway gateway, int count) => gateway.Engine.Store.WriteAsync(StateLane.Messages, tx =>
    {
        for (var i = 0; i < count; i++)
            tx.Feeds.Append(new FeedAlert { Time = DateTimeOffset.UnixEpoch, Type = FeedAlertTypes.NewCode, Source = "mercy", Location = "PV1-2", Code = "Q" + i });
        return true;
    }, default);

    private static async Task<List<long>> SequencesAsync(RunningGateway gateway, string token, string path)
    {
        using var response = await gateway.SendAsync(HttpMethod.Get, path, token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("sequence").GetInt64())];
    }
}
