using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using FhirGateway.Simulation.Http;

namespace FhirGateway.Tests.Simulation.Servers;

/// <summary>What the simulated servers do wrong is wrong on the wire, and nothing else is.</summary>
public sealed class ServerFaultTests
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"line {i}\n")));

    [Fact]
    public async Task A_file_is_served_whole_in_ranges_and_compressed()
    {
        await using var server = Serve();
        using var http = new HttpClient();
        var url = new Uri(server.Address, "file");
        using var whole = await http.GetAsync(url, SmallClient.Cancel);
        Assert.Equal(Text, await whole.Content.ReadAsByteArrayAsync(SmallClient.Cancel));
        foreach (var (from, to, length) in (ValueTuple<long, long?, int>[])[(10, null, Text.Length - 10), (10, 19, 10), (0, 100_000, Text.Length)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(from, to), IfRange = new RangeConditionHeaderValue(whole.Headers.ETag!) } };
            using var part = await http.SendAsync(request, SmallClient.Cancel);
            Assert.Equal(206, (int)part.StatusCode);
            Assert.Equal(Text.AsSpan((int)from, length).ToArray(), await part.Content.ReadAsByteArrayAsync(SmallClient.Cancel));
        }

        using var changed = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(5, null), IfRange = new RangeConditionHeaderValue("\"other\"") } };
        using var again = await http.SendAsync(changed, SmallClient.Cancel);
        Assert.Equal((200, Text.Length), ((int)again.StatusCode, (await again.Content.ReadAsByteArrayAsync(SmallClient.Cancel)).Length));
        using var beyond = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(1_000_000, null) } };
        Assert.Equal(416, (int)(await http.SendAsync(beyond, SmallClient.Cancel)).StatusCode);
        using var compressed = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { AcceptEncoding = { new("gzip") } } };
        using var zipped = await http.SendAsync(compressed, SmallClient.Cancel);
        await using var plain = new GZipStream(await zipped.Content.ReadAsStreamAsync(SmallClient.Cancel), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        await plain.CopyToAsync(bytes, SmallClient.Cancel);
        Assert.Equal(Text, bytes.ToArray());
    }

    [Fact]
    public async Task Cuts_are_seen_where_the_framing_tells_the_length_and_not_where_it_does_not()
    {
        await using var server = Serve();
        using var http = new HttpClient();
        var url = new Uri(server.Address, "file");
        server.Faults.Add("file", ServerFault.Cut(100)).Add("file", ServerFault.Cut(100, BodyFraming.Chunked)).Add("file", ServerFault.Cut(100, reset: true)).Add("file", ServerFault.Cut(100, BodyFraming.Close));
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAnyAsync<Exception>(() => http.GetByteArrayAsync(url, SmallClient.Cancel));
        Assert.Equal(Text[..100], await http.GetByteArrayAsync(url, SmallClient.Cancel));
        Assert.Equal(Text, await http.GetByteArrayAsync(url, SmallClient.Cancel));
        Assert.Equal(4, server.Faults.Applied);
        Assert.Empty(server.Requests.Failures);
    }

    [Fact]
    public async Task Faults_are_taken_in_order_by_path_method_and_time()
    {
        await using var server = Serve();
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        server.Faults
            .Add("file", ServerFault.TooMany("1763769600"), times: 2, skip: 1)
            .Add("other", ServerFault.Page(503), times: null)
            .Add("file", ServerFault.Redirect(new Uri("http://169.254.169.254/latest")), method: "HEAD");
        async Task<int> GetAsync(string path) => (int)(await http.GetAsync(new Uri(server.Address, path), SmallClient.Cancel)).StatusCode;
        foreach (var (path, status) in (ValueTuple<string, int>[])[("file", 200), ("file", 429), ("other", 503), ("file", 429), ("file", 200), ("other", 503)])
            Assert.Equal(status, await GetAsync(path));
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, new Uri(server.Address, "file")), SmallClient.Cancel);
        Assert.Equal((302, "169.254.169.254"), ((int)head.StatusCode, head.Headers.Location!.Host));
        Assert.Equal(7, server.Requests.All.Length);
    }

    [Fact]
    public async Task A_bomb_is_small_on_the_wire_and_large_inflated_and_slow_bytes_are_slow()
    {
        await using var server = Serve();
        using var http = new HttpClient();
        server.Faults.Add("file", ServerFault.Bomb(16 << 20)).Add("file", ServerFault.Slow(20_000)).Add("file", new ServerFault { ChangesEntity = true }, times: 2);
        var bomb = await http.GetByteArrayAsync(new Uri(server.Address, "file"), SmallClient.Cancel);
        Assert.InRange(bomb.Length, 1, 100_000);
        await using var inflated = new GZipStream(new MemoryStream(bomb), CompressionMode.Decompress);
        var length = 0L;
        var block = new byte[64 * 1024];
        while (await inflated.ReadAsync(block, SmallClient.Cancel) is > 0 and var read)
            length += read;
        Assert.Equal(16 << 20, length);
        var since = TimeProvider.System.GetTimestamp();
        Assert.Equal(Text, await http.GetByteArrayAsync(new Uri(server.Address, "file"), SmallClient.Cancel));
        Assert.True(TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromMilliseconds(300));
        using var one = await http.GetAsync(new Uri(server.Address, "file"), SmallClient.Cancel);
        using var two = await http.GetAsync(new Uri(server.Address, "file"), SmallClient.Cancel);
        Assert.NotEqual(one.Headers.ETag, two.Headers.ETag);
    }

    [Fact]
    public async Task A_file_of_any_length_is_made_while_it_is_served_and_any_part_of_it_alone()
    {
        var content = new RepeatedContent("""{"id":"r##########","patient":"p@@"}""", 150_000_000, firstRound: 10, rounds: 90);
        Assert.True(content.Length > 5L << 30);
        await using var server = LoopbackServer.Start((e, c) => e.ServeAsync(content, "application/fhir+ndjson", gzip: false, c), TimeProvider.System);
        using var http = new HttpClient();
        var line = content.Length / content.Lines;
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address) { Headers = { Range = new RangeHeaderValue(line * 123_456_789 - 3, line * 123_456_790 - 1) } };
        using var part = await http.SendAsync(request, SmallClient.Cancel);
        Assert.Equal("\"}\n{\"id\":\"r0123456789\",\"patient\":\"p19\"}\n", await part.Content.ReadAsStringAsync(SmallClient.Cancel));
    }

    private static LoopbackServer Serve()
    {
        var content = new MemoryContent(Text);
        return LoopbackServer.Start((e, c) => e.ServeAsync(content, "application/fhir+ndjson", gzip: true, c), TimeProvider.System);
    }
}
