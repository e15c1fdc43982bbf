using System.Globalization;
using System.Net;
using System.Text.Json;
using FhirGateway.IntegrationTests.Faults;

namespace FhirGateway.IntegrationTests.BadInput;

/// <summary>Bad NDJSON through <c>POST /intake/ndjson</c> and <c>import</c>: line and reason are named, the good lines are in force, the bad ones held.</summary>
public sealed class NdjsonTests(ServedWorld world) : IClassFixture<ServedWorld>
{
    private static int last;

    public static TheoryData<string> Names => [.. BadLines.Lines.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_bad_line_is_held_with_its_reason_and_its_neighbours_are_in_force(string name)
    {
        var (line, reason) = BadLines.Lines[name];
        var (before, after) = (NextId(), NextId());
        byte[] body = [.. BadLines.Good(before), .. line, (byte)'\n', .. BadLines.Good(after)];
        var receipt = await UploadAsync(body);
        Assert.Equal([$"2 {reason}"], Held(receipt.Json));
        Assert.Equal(2, Count(receipt.Json, "stored"));
        var import = await ImportAsync(name.Replace(' ', '-') + ".ndjson", body);
        Assert.Equal([$"2 {reason}"], Held(import.Expect(1).Json));
        Assert.Equal(2, Count(import.Json, "unchanged"));
        await world.CheckAsync(receipt.Body, import.Output, import.Error);
    }

    [Fact]
    public async Task A_last_line_without_its_end_is_taken_and_one_cut_short_is_held()
    {
        var (whole, kept) = (NextId(), NextId());
        var receipt = await UploadAsync(BadLines.Good(whole)[..^1]);
        Assert.Equal(1, Count(receipt.Json, "stored"));
        receipt = await UploadAsync([.. BadLines.Good(kept), .. BadLines.Good(NextId())[..^9]]);
        Assert.Equal(["2 not-json"], Held(receipt.Json));
        Assert.Equal(1, Count(receipt.Json, "stored"));
        await world.CheckAsync(receipt.Body);
    }

    [Fact]
    public async Task A_byte_order_mark_blank_lines_and_CR_LF_are_no_fault()
    {
        var (one, two) = (NextId(), NextId());
        var receipt = await UploadAsync([0xEF, 0xBB, 0xBF, .. BadLines.Good(one)[..^1], .. "\r\n\r\n   \r\n"u8, .. BadLines.Good(two)[..^1], .. "\r\n"u8]);
        Assert.Empty(Held(receipt.Json));
        Assert.Equal(2, Count(receipt.Json, "stored"));
        await world.CheckAsync(receipt.Body);
    }

    [Fact]
    public async Task An_empty_body_is_refused_and_an_empty_file_is_said()
    {
        using var response = await PostAsync(new ByteArrayContent([]));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var import = await ImportAsync("empty.ndjson", []);
        Assert.InRange(import.Exit, 0, 2);
        await world.CheckAsync(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), import.Output, import.Error);
    }

    [Fact]
    public async Task A_line_of_100_MB_is_passed_over_in_bounded_memory()
    {
        var before = world.Gateway.Memory("VmRSS");
        var (one, two) = (NextId(), NextId());
        using var body = new MemoryStream(101 << 20);
        body.Write(BadLines.Good(one));
        body.Write(BadLines.Text($$"""{"resourceType":"Patient","id":"x","name":[{"family":"{{ServedWorld.Canary}}"""));
        var filler = new byte[1 << 20];
        filler.AsSpan().Fill((byte)'x');
        for (var i = 0; i < 100; i++)
            body.Write(filler);
        body.Write(BadLines.Text("\"}]}\n"));
        body.Write(BadLines.Good(two));
        var receipt = await UploadAsync(body.ToArray());
        Assert.Equal(["2 line-too-long"], Held(receipt.Json));
        Assert.Equal(2, Count(receipt.Json, "stored"));
        var growth = world.Gateway.Memory("VmHWM") - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"memory at most {growth >> 20} MiB above what it was");
        Assert.True(growth < 150 << 20, $"grew by {growth >> 20} MiB");
        await world.CheckAsync(receipt.Body);
    }

    [Fact]
    public async Task A_gzip_bomb_stops_at_its_limit_in_bounded_memory()
    {
        var before = world.Gateway.Memory("VmRSS");
        var bomb = BadLines.Bomb(NextId());
        var receipt = await UploadAsync(bomb, "gzip");
        Assert.EndsWith(" too-large", Assert.Single(Held(receipt.Json)), StringComparison.Ordinal);
        Assert.Equal(1, Count(receipt.Json, "stored"));
        var growth = world.Gateway.Memory("VmHWM") - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{bomb.Length} bytes; memory at most {growth >> 20} MiB above what it was");
        Assert.True(growth < 150 << 20, $"grew by {growth >> 20} MiB");
        await world.CheckAsync(receipt.Body);
    }

    [Theory]
    [InlineData("cut", "truncated")]
    [InlineData("wrong checksum", "truncated")]
    [InlineData("damaged", "truncated")]
    [InlineData("nested", "unreadable")]
    public async Task Gzip_that_does_not_hold_is_said_and_the_lines_before_are_in_force(string how, string reason)
    {
        // Long enough that the damage is far behind the first buffers; what a damaged buffer held before it is lost with it.
        var random = new Random(1);
        var lines = Enumerable.Range(0, 4000).SelectMany(_ => BadLines.Good(NextId() + "-" + string.Concat(Enumerable.Range(0, 20).Select(_ => (char)('a' + random.Next(26)))))).ToArray();
        var gzip = BadLines.Gzip(lines);
        byte[] body = how switch
        {
            "cut" => gzip[..^(gzip.Length / 3)],
            "wrong checksum" => [.. gzip[..^8], (byte)~gzip[^8], .. gzip[^7..]],
            "damaged" => [.. gzip[..(gzip.Length / 2)], .. gzip[(gzip.Length / 2)..].Select(b => (byte)~b)],
            _ => BadLines.Gzip(gzip),
        };
        var receipt = await UploadAsync(body, "gzip");
        Assert.EndsWith(" " + reason, Held(receipt.Json)[^1], StringComparison.Ordinal);
        if (how != "nested")
            Assert.True(Count(receipt.Json, "stored") > 0);
        var import = await ImportAsync(how.Replace(' ', '-') + ".ndjson.gz", body);
        Assert.EndsWith(" " + reason, Held(import.Expect(1).Json)[^1], StringComparison.Ordinal);
        await world.CheckAsync(receipt.Body, import.Output, import.Error);
    }

    [Theory]
    [InlineData("br", "application/fhir+ndjson", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("deflate", "application/fhir+ndjson", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("gzip, gzip", "application/fhir+ndjson", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, "application/fhir+xml", HttpStatusCode.UnsupportedMediaType)]
    public async Task What_cannot_be_read_at_all_is_refused(string? encoding, string type, HttpStatusCode status)
    {
        using var content = new ByteArrayContent(BadLines.Good(NextId()));
        content.Headers.ContentType = new(type);
        if (encoding is not null)
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var response = await PostAsync(content);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
        Assert.Contains("OperationOutcome", body, StringComparison.Ordinal);
        await world.CheckAsync(body);
    }

    [Fact]
    public async Task An_unknown_source_and_a_missing_file_are_named()
    {
        world.Gateway.Write("fine.ndjson", BadLines.Good(NextId()));
        var stranger = (await world.Gateway.RunAsync("import", "fine.ndjson", "--source", "nobody")).Expect(2);
        Assert.Contains("nobody", stranger.Error, StringComparison.Ordinal);
        var missing = (await world.Gateway.RunAsync("import", "not-there.ndjson", "--source", FaultWorld.Payer)).Expect(2);
        Assert.Contains("not-there.ndjson", missing.Error, StringComparison.Ordinal);
        await world.CheckAsync(stranger.Error, missing.Error);
    }

    [Theory]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("CON")]
    [InlineData("a/b\\c")]
    public async Task The_name_of_an_upload_is_never_a_path(string name)
    {
        using var content = new ByteArrayContent(BadLines.Good(NextId()));
        content.Headers.TryAddWithoutValidation("X-Ignored", "x");
        using var request = await world.Gateway.RequestAsync(HttpMethod.Post, FaultWorld.Payer, "/intake/ndjson?wait=60", TestContext.Current.CancellationToken);
        request.Headers.TryAddWithoutValidation("X-File-Name", name);
        request.Content = content;
        using var response = await world.Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await world.CheckAsync();
    }

    private static string NextId() => "bad-input-" + Interlocked.Increment(ref last).ToString(CultureInfo.InvariantCulture);

    private static IReadOnlyList<string> Held(JsonElement receipt) => receipt.TryGetProperty("held", out var held)
        ? [.. held.EnumerateArray().Select(h => $"{h.GetProperty("line").GetInt64()} {h.GetProperty("reason").GetString()}")]
        : [];

    private static long Count(JsonElement receipt, string name) => receipt.GetProperty("counts").GetProperty(name).GetInt64();

    private async Task<(JsonElement Json, string Body)> UploadAsync(byte[] bytes, string? encoding = null)
    {
        using var content = new ByteArrayContent(bytes);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        using var response = await PostAsync(content);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode} {body}");
        return (JsonSerializer.Deserialize<JsonElement>(body), body);
    }

    private async Task<HttpResponseMessage> PostAsync(HttpContent content)
    {
        using var request = await world.Gateway.RequestAsync(HttpMethod.Post, FaultWorld.Payer, "/intake/ndjson?wait=120", TestContext.Current.CancellationToken);
        request.Content = content;
        return await world.Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task<VerbOutcome> ImportAsync(string name, byte[] bytes)
    {
        world.Gateway.Write(name, bytes);
        return await world.Gateway.RunAsync("import", name, "--source", FaultWorld.Payer);
    }
}
