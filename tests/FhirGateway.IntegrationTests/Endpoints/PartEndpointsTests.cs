using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Submissions;

namespace FhirGateway.IntegrationTests.Endpoints;

public sealed partial class PartEndpointsTests
{
    private static readonly byte[] Whole = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 200)
        .Select(i => $$"""{"resourceType":"Patient","id":"{{i}}","gender":"female"}""" + "\n")));

    [Fact]
    public async Task A_file_in_three_parts_gets_the_receipt_of_a_file_in_one()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var location = await BeginAsync(gateway, token, Whole[..1000], ("X-File-Name", "../../etc/passwd"), ("Upload-Length", $"{Whole.Length}"));
        AssertStands(await HeadAsync(gateway, token, location), 1000, isComplete: false);
        using (var second = await PatchAsync(gateway, token, location, 1000, Whole[1000..5000]))
        {
            Assert.Equal(HttpStatusCode.NoContent, second.StatusCode);
            AssertStands(second, 5000, isComplete: false);
        }

        using var last = await PatchAsync(gateway, token, location + "?wait=30", 5000, Whole[5000..], isLast: true, ("Repr-Digest", Digest(Whole)));
        var body = await last.Content.ReadAsStringAsync();
        Assert.True(last.StatusCode == HttpStatusCode.OK, body);
        AssertStands(last, Whole.Length, isComplete: true);
        using var receipt = JsonDocument.Parse(body);
        Assert.Equal("completed", receipt.RootElement.GetProperty("state").GetString());
        Assert.Equal(200, receipt.RootElement.GetProperty("counts").GetProperty("stored").GetInt64());
        var file = receipt.RootElement.GetProperty("files")[0];
        Assert.Equal(("../../etc/passwd", Whole.Length), (file.GetProperty("name").GetString(), file.GetProperty("length").GetInt32()));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Whole)), file.GetProperty("sha256").GetString());
        // The answer may be lost: asked again in either way it is there, and nothing was taken twice.
        var told = await HeadAsync(gateway, token, location);
        AssertStands(told, Whole.Length, isComplete: true);
        Assert.Equal(last.Headers.Location!.ToString(), told.Content.Headers.ContentLocation!.ToString());
        using var again = await PatchAsync(gateway, token, location, Whole.Length, [], isLast: true);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        using var more = await PatchAsync(gateway, token, location, Whole.Length, [1], isLast: true);
        Assert.Equal(HttpStatusCode.Conflict, more.StatusCode);
        Assert.Equal([receipt.RootElement.GetProperty("submission").GetString()!], Submissions(gateway));
        Assert.Equal([receipt.RootElement.GetProperty("submission").GetString()!], Spooled(gateway));
    }

    [Fact]
    public async Task A_part_that_does_not_begin_where_the_upload_ends_is_told_where_that_is()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var location = await BeginAsync(gateway, token, Whole[..100]);
        foreach (var offset in (int[])[0, 99, 101, 5000])
        {
            using var wrong = await PatchAsync(gateway, token, location, offset, Whole[100..200], isLast: true);
            Assert.Equal(HttpStatusCode.Conflict, wrong.StatusCode);
            AssertStands(wrong, 100, isComplete: false);
        }

        foreach (var (headers, status) in new ((string, string)[], int)[]
        {
            ([("Upload-Complete", "?0")], 400),
            ([("Upload-Offset", "100")], 400),
            ([("Upload-Offset", "-1"), ("Upload-Complete", "?0")], 400),
            ([("Upload-Offset", "1e2"), ("Upload-Complete", "?0")], 400),
            ([("Upload-Offset", "100"), ("Upload-Complete", "true")], 400),
            ([("Upload-Offset", "100"), ("Upload-Complete", "?0"), ("Upload-Length", "x")], 400),
            ([("Upload-Offset", "100"), ("Upload-Complete", "?0"), ("Content-Digest", "sha-256=abc")], 400),
            ([("Upload-Offset", "100"), ("Upload-Complete", "?0"), ("Content-Digest", "sha-256=:AAAA:")], 400),
            ([("Upload-Offset", "9999999999999999"), ("Upload-Complete", "?0")], 400),
        })
        {
            using var response = await gateway.SendAsync(HttpMethod.Patch, location, token, Part([]), headers);
            Assert.True(status == (int)response.StatusCode, string.Join(' ', headers));
            Assert.Contains("OperationOutcome", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        AssertStands(await HeadAsync(gateway, token, location), 100, isComplete: false);
    }

    [Fact]
    public async Task A_part_or_a_whole_of_another_digest_is_refused()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var location = await BeginAsync(gateway, token, Whole[..100], ("Content-Digest", Digest(Whole[..100])));
        using (var wrong = await PatchAsync(gateway, token, location, 100, Whole[100..200], isLast: false, ("Content-Digest", Digest(Whole))))
        {
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
            AssertStands(wrong, 100, isComplete: false);
        }

        using (var good = await PatchAsync(gateway, token, location, 100, Whole[100..200], isLast: false, ("Content-Digest", "sha-512=:AAAA:, " + Digest(Whole[100..200]))))
            Assert.Equal(HttpStatusCode.NoContent, good.StatusCode);
        using var end = await PatchAsync(gateway, token, location, 200, Whole[200..], isLast: true, ("Repr-Digest", Digest(Whole[1..])));
        Assert.Equal(HttpStatusCode.BadRequest, end.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await HeadAsync(gateway, token, location)).StatusCode);
        Assert.Empty(Spooled(gateway));
        // The same of a file that comes in one request.
        foreach (var (header, digest, status) in new[] { ("Repr-Digest", Digest(Whole[1..]), 400), ("Content-Digest", Digest([]), 400), ("Content-Digest", "x", 400), ("Repr-Digest", Digest(Whole), 202) })
        {
            var content = new ByteArrayContent(Whole);
            content.Headers.ContentType = new("application/fhir+ndjson");
            using var whole = await gateway.SendAsync(HttpMethod.Post, "/intake/ndjson", token, content, (header, digest));
            Assert.True(status == (int)whole.StatusCode || (status == 202 && whole.IsSuccessStatusCode), $"{header} {digest}: {whole.StatusCode}");
        }

        Assert.Single(Spooled(gateway));
    }

    [Fact]
    public async Task A_length_that_was_named_is_held_to_and_no_upload_goes_beyond_the_limit()
    {
        await using var gateway = await RunningGateway.StartAsync(o => o.Http.MostUploadBytes = 4096);
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var location = await BeginAsync(gateway, token, Whole[..100], ("Upload-Length", "300"));
        foreach (var (bytes, isLast, length) in new (int, bool, string?)[] { (201, false, null), (100, true, null), (201, true, null), (10, false, "301") })
        {
            var headers = length is null ? [] : new[] { ("Upload-Length", length) };
            using var wrong = await PatchAsync(gateway, token, location, 100, Whole[100..(100 + bytes)], isLast, headers);
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        }

        AssertStands(await HeadAsync(gateway, token, location), 100, isComplete: false);
        using (var end = await PatchAsync(gateway, token, location, 100, Whole[100..300], isLast: true))
            Assert.True(end.IsSuccessStatusCode);
        using (var huge = await PostAsync(gateway, token, [], ("Upload-Length", "4097")))
        {
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, huge.StatusCode);
            Assert.Contains("max-size=4096", huge.Headers.GetValues("Upload-Limit").Single(), StringComparison.Ordinal);
        }

        var open = await BeginAsync(gateway, token, Whole[..4000]);
        using var beyond = await PatchAsync(gateway, token, open, 4000, Whole[4000..4097]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, beyond.StatusCode);
        AssertStands(await HeadAsync(gateway, token, open), 4000, isComplete: false);
    }

    [Fact]
    public async Task An_upload_of_another_source_answers_like_an_unknown_one()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var a = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var b = await gateway.TokenAsync(ClientRole.Source, "payer-b");
        var location = await BeginAsync(gateway, a, Whole[..100]);
        foreach (var method in (HttpMethod[])[HttpMethod.Head, HttpMethod.Patch, HttpMethod.Delete])
        {
            var answers = new List<string>();
            foreach (var path in (string[])[location, "/intake/uploads/j-0000000000000000", "/intake/uploads/..%2f..%2fkeys"])
            {
                using var response = await gateway.SendAsync(method, path, b, method == HttpMethod.Patch ? Part(Whole[100..]) : null, ("Upload-Offset", "100"), ("Upload-Complete", "?1"));
                Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
                answers.Add(await response.Content.ReadAsStringAsync() + string.Join('\n', response.Headers.Where(h => h.Key != "Date").Select(h => h.Key + string.Join(',', h.Value)).Order()));
            }

            Assert.Single(answers.Distinct());
        }

        AssertStands(await HeadAsync(gateway, a, location), 100, isComplete: false);
    }

    [Fact]
    public async Task Of_parallel_parts_for_one_place_one_wins_and_the_others_learn_where_to_go_on()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var location = await BeginAsync(gateway, token, []);
        for (var offset = 0; offset < 4000; offset += 1000)
        {
            var at = offset;
            var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            {
                using var response = await PatchAsync(gateway, token, location, at, Whole[at..(at + 1000)]);
                return response.StatusCode;
            }));
            Assert.Single(statuses, s => s == HttpStatusCode.NoContent);
            Assert.Equal(7, statuses.Count(s => s == HttpStatusCode.Conflict));
        }

        using var last = await PatchAsync(gateway, token, location + "?wait=30", 4000, Whole[4000..], isLast: true, ("Repr-Digest", Digest(Whole)));
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
    }

    [Fact]
    public async Task S_62_the_key_of_an_upload_finds_it_again_and_another_file_under_it_is_a_conflict()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var location = await BeginAsync(gateway, token, Whole[..1000], ("Idempotency-Key", "key-1"));
        // The answer to the first request was lost: the same one again finds the upload, and its body is not appended twice.
        Assert.Equal(location, await BeginAsync(gateway, token, Whole[..1000], ("Idempotency-Key", "key-1")));
        AssertStands(await HeadAsync(gateway, token, location), 1000, isComplete: false);
        Assert.NotEqual(location, await BeginAsync(gateway, token, [], ("Idempotency-Key", "key-2")));
        using (var last = await PatchAsync(gateway, token, location, 1000, Whole[1000..], isLast: true))
            Assert.True(last.IsSuccessStatusCode);
        // The same file under the same key is the same submission, however it comes.
        foreach (var inOne in (bool[])[true, false])
        {
            foreach (var (bytes, isSame) in new[] { (Whole, true), (Whole[..^1], false) })
            {
                using var response = inOne
                    ? await gateway.SendAsync(HttpMethod.Post, "/intake/ndjson", token, Ndjson(bytes), ("Idempotency-Key", "key-1"))
                    : await PatchAsync(gateway, token, await BeginAsync(gateway, token, [], ("Idempotency-Key", "key-1")), 0, bytes, isLast: true);
                Assert.True(isSame ? response.IsSuccessStatusCode : response.StatusCode == HttpStatusCode.Conflict, $"{inOne} {isSame}: {response.StatusCode}");
            }
        }

        Assert.Single(Submissions(gateway));
    }

    [Theory]
    [InlineData("Upload-Length", "999")]
    [InlineData("X-File-Name", "other.ndjson")]
    [InlineData("Repr-Digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:")]
    public async Task S_62_the_key_of_an_open_upload_with_another_description_is_a_conflict(string header, string other)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        (string, string)[] first = [("Idempotency-Key", "key-1"), ("X-File-Name", "a.ndjson"), ("Upload-Length", $"{Whole.Length}"), ("Repr-Digest", Digest(Whole))];
        var location = await BeginAsync(gateway, token, Whole[..100], first);
        (string, string)[] changed = [.. first.Where(h => h.Item1 != header), (header, other), ("Upload-Complete", "?0")];
        using (var response = await gateway.SendAsync(HttpMethod.Post, "/intake/ndjson", token, Ndjson(Whole[..100]), changed))
        {
            Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
            Assert.Null(response.Headers.Location);
        }

        Assert.Equal(location, await BeginAsync(gateway, token, Whole[..100], first));
        AssertStands(await HeadAsync(gateway, token, location), 100, isComplete: false);
    }

    [Theory]
    [InlineData("../../../../etc/cron.d/x")]
    [InlineData("/absolute/path.ndjson")]
    [InlineData("CON")]
    [InlineData("..\\..\\windows")]
    [InlineData("incoming-j-0000000000000000-00000")]
    [InlineData(".")]
    public async Task S_62_a_name_is_never_a_path(string name)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        await AssertNamedAsync(gateway, token, name, name);
    }

    [Fact]
    public async Task S_62_a_name_is_cut_at_255_characters_and_one_with_NUL_is_no_request()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        await AssertNamedAsync(gateway, token, new string('x', 300) + "/../y", new string('x', 255));
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, gateway.Address.Port);
        await using var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /intake/ndjson HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nUpload-Complete: ?0\r\nX-File-Name: a\0b\r\nContent-Length: 0\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.StartsWith("HTTP/1.1 400", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_uploads_are_limited_per_source_and_a_deleted_one_makes_room_and_leaves_nothing()
    {
        await using var gateway = await RunningGateway.StartAsync(o => o.Http.MostOpenUploads = 2);
        var a = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var b = await gateway.TokenAsync(ClientRole.Source, "payer-b");
        var first = await BeginAsync(gateway, a, Whole[..10]);
        await BeginAsync(gateway, a, Whole[..10]);
        using (var third = await PostAsync(gateway, a, Whole[..10]))
            Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        await BeginAsync(gateway, b, []);
        using (var deleted = await gateway.SendAsync(HttpMethod.Delete, first, a))
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await HeadAsync(gateway, a, first)).StatusCode);
        Assert.DoesNotContain(Spooled(gateway), f => f.Contains(first[^16..], StringComparison.Ordinal));
        await BeginAsync(gateway, a, []);
    }

    private static string IdOf(string location) => location[(location.LastIndexOf('/') + 1)..];

    private static async Task AssertNamedAsync(RunningGateway gateway, string token, string name, string shown)
    {
        using var last = await PatchAsync(gateway, token, await BeginAsync(gateway, token, [], ("X-File-Name", name)), 0, Whole, isLast: true);
        using var receipt = JsonDocument.Parse(await last.Content.ReadAsStringAsync());
        Assert.Equal(shown, receipt.RootElement.GetProperty("files")[0].GetProperty("name").GetString());
        var submission = receipt.RootElement.GetProperty("submission").GetString()!;
        Assert.Equal([Path.Combine(submission, "00000"), Path.Combine(submission, "accepted.json")], Directory.GetFiles(Path.Combine(gateway.Engine.DataDirectory, "spool"), "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Path.Combine(gateway.Engine.DataDirectory, "spool"), f)).Order());
    }

    private static IEnumerable<string> Spooled(RunningGateway gateway) =>
        Directory.GetDirectories(Path.Combine(gateway.Engine.DataDirectory, "spool")).Select(f => Path.GetFileName(f)!).Order();

    private static IEnumerable<string> Submissions(RunningGateway gateway)
    {
        gateway.Engine.DrainAsync(default).GetAwaiter().GetResult();
        return gateway.Engine.Store.WriteAsync(StateLane.Messages, tx => tx.Submissions.Newest(null, 100), default).GetAwaiter().GetResult().Select(s => s.Id);
    }

    private static Task<string> BeginAsync(RunningGateway gateway, string token, byte[] bytes, params (string, string)[] headers) => BeginAsync(gateway.Http, token, bytes, headers);

    private static async Task<string> BeginAsync(HttpClient http, string token, byte[] bytes, params (string, string)[] headers)
    {
        using var response = await SendAsync(http, HttpMethod.Post, "/intake/ndjson", token, Ndjson(bytes), [.. headers, ("Upload-Complete", "?0")]);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        Assert.Contains("max-age=", response.Headers.GetValues("Upload-Limit").Single(), StringComparison.Ordinal);
        return response.Headers.Location!.ToString();
    }

    private static Task<HttpResponseMessage> PostAsync(RunningGateway gateway, string token, byte[] bytes, params (string, string)[] headers) =>
        SendAsync(gateway.Http, HttpMethod.Post, "/intake/ndjson", token, Ndjson(bytes), [.. headers, ("Upload-Complete", "?0")]);

    private static Task<HttpResponseMessage> PatchAsync(RunningGateway gateway, string token, string location, long offset, byte[] bytes, bool isLast = false, params (string, string)[] headers) =>
        PatchAsync(gateway.Http, token, location, offset, bytes, isLast, headers);

    private static Task<HttpResponseMessage> PatchAsync(HttpClient http, string token, string location, long offset, byte[] bytes, bool isLast = false, params (string, string)[] headers) =>
        SendAsync(http, HttpMethod.Patch, location, token, Part(bytes), [.. headers, ("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture)), ("Upload-Complete", isLast ? "?1" : "?0")]);

    private static Task<HttpResponseMessage> HeadAsync(RunningGateway gateway, string token, string location) => HeadAsync(gateway.Http, token, location);

    private static Task<HttpResponseMessage> HeadAsync(HttpClient http, string token, string location) => SendAsync(http, HttpMethod.Head, location, token, null);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpMethod method, string path, string token, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new("Bearer", token);
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value) || content!.Headers.TryAddWithoutValidation(name, value));
        return await http.SendAsync(request);
    }

    private static ByteArrayContent Ndjson(byte[] bytes) => Content(bytes, "application/fhir+ndjson");

    private static ByteArrayContent Part(byte[] bytes) => Content(bytes, "application/partial-upload");

    private static ByteArrayContent Content(byte[] bytes, string type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new(type);
        return content;
    }

    private static string Digest(byte[] bytes) => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:";

    private static void AssertStands(HttpResponseMessage response, long offset, bool isComplete)
    {
        Assert.True(response.Headers.TryGetValues("Upload-Offset", out var told), response.StatusCode.ToString());
        Assert.Equal(offset.ToString(CultureInfo.InvariantCulture), told.Single());
        Assert.Equal(isComplete ? "?1" : "?0", response.Headers.GetValues("Upload-Complete").Single());
    }
}
