using System.Net;
using System.Text.Json;
using FhirGateway.Attributions;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Processing;

namespace FhirGateway.IntegrationTests.Endpoints;

public sealed class StreamEndpointsTests
{
    [Fact]
    public async Task A_participant_reads_its_own_stream_and_the_delivery_is_on_record_first()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var a = await gateway.TokenAsync(ClientRole.Participant, "aco-a");
        var b = await gateway.TokenAsync(ClientRole.Participant, "aco-b");
        await AttributeAsync(gateway, "m1", "m2", "m3");
        var records = gateway.Engine.Reader.Status().AuditRecords;
        using var all = await gateway.SendAsync(HttpMethod.Get, "/streams/roster?after=0", a);
        Assert.Equal("application/x-ndjson", all.Content.Headers.ContentType!.MediaType);
        Assert.Equal(records + 1, gateway.Engine.Reader.Status().AuditRecords);
        Assert.Equal([1, 2, 3], await SequencesAsync(all));
        using var rest = await gateway.SendAsync(HttpMethod.Get, "/streams/roster?after=1&most=1", a);
        Assert.Equal([2], await SequencesAsync(rest));
        // What another participant reads holds nothing of it, whatever it names.
        foreach (var path in (string[])["/streams/roster", "/streams/roster?participant=aco-a", "/streams/adt", "/streams/roster?after=3"])
        {
            using var other = await gateway.SendAsync(HttpMethod.Get, path, b, null, ("X-Participant", "aco-a"));
            Assert.Equal((HttpStatusCode.OK, ""), (other.StatusCode, await other.Content.ReadAsStringAsync()));
        }
    }

    [Theory]
    [InlineData("/streams/none", 404)]
    [InlineData("/streams/ROSTER", 404)]
    [InlineData("/streams/aco-b", 404)]
    [InlineData("/streams/roster/aco-b", 404)]
    [InlineData("/streams/..%2froster", 404)]
    [InlineData("/streams/roster?after=-1", 400)]
    [InlineData("/streams/roster?after=x", 400)]
    [InlineData("/streams/roster?after=99999999999999999999", 400)]
    [InlineData("/streams/roster?after=1&after=2", 400)]
    [InlineData("/streams/roster?wait=31", 400)]
    [InlineData("/streams/roster?most=0", 400)]
    [InlineData("/streams/roster?after=9223372036854775807", 200)]
    public async Task What_is_no_stream_or_no_number_is_refused(string path, int status)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Participant, "aco-a");
        using var response = await gateway.SendAsync(HttpMethod.Get, path, token);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_waiting_read_returns_when_something_comes_or_when_its_time_is_over()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Participant, "aco-a");
        var from = TimeProvider.System.GetTimestamp();
        using (var empty = await gateway.SendAsync(HttpMethod.Get, "/streams/roster?wait=1", token))
            Assert.Empty(await SequencesAsync(empty));
        Assert.InRange(TimeProvider.System.GetElapsedTime(from).TotalSeconds, 0.9, 5);
        from = TimeProvider.System.GetTimestamp();
        var waiting = gateway.SendAsync(HttpMethod.Get, "/streams/roster?wait=30", token);
        await Task.Delay(300);
        Assert.False(waiting.IsCompleted);
        await AttributeAsync(gateway, "m1");
        using var response = await waiting;
        Assert.Equal([1], await SequencesAsync(response));
        Assert.InRange(TimeProvider.System.GetElapsedTime(from).TotalSeconds, 0.2, 10);
    }

    [Fact]
    public async Task Server_sent_events_go_on_after_the_last_one_that_the_client_has()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Participant, "aco-a");
        await AttributeAsync(gateway, "m1", "m2");
        using var response = await gateway.SendAsync(HttpMethod.Get, "/streams/roster?after=0", token, null, ("Accept", "text/event-stream"), ("Last-Event-ID", "1"));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal(2, await NextAsync(reader));
        await AttributeAsync(gateway, "m3");
        Assert.Equal(3, await NextAsync(reader));
    }

    private static async Task<long> NextAsync(StreamReader reader)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10));
            Assert.NotNull(line);
            if (!line.StartsWith("id: ", StringComparison.Ordinal))
                continue;
            var data = await reader.ReadLineAsync();
            Assert.StartsWith("data: {", data, StringComparison.Ordinal);
            using var entry = JsonDocument.Parse(data!["data: ".Length..]);
            var sequence = entry.RootElement.GetProperty("sequence").GetInt64();
            Assert.Equal("id: " + sequence, line);
            return sequence;
        }
    }

    private static async Task AttributeAsync(RunningGateway gateway, params string[] members)
    {
        var rows = members.Select((m, i) => new RosterRow
        {
            Line = i + 2,
            Key = m,
            Facts = new PatientFacts { Family = "F" + m, Given = "G" + m, BirthDate = new DateOnly(1960, 1, 1), Sex = "female", PostalCode = "12345" },
            Participant = "aco-a",
            Start = new DateOnly(2020, 1, 1),
        }).ToList();
        var payer = gateway.Engine.Organizations.Value.FindSource("payer-a")!;
        var report = await gateway.Engine.Rosters.LoadRosterAsync(payer, "test", rows, [], new RosterOptions { ChangesOnly = true }, default);
        Assert.Equal(members.Length, report.Accepted);
    }

    private static async Task<List<long>> SequencesAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("sequence").GetInt64())];
    }
}
