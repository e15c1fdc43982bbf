using System.Net;
using System.Net.Sockets;
using System.Text;
using FhirGateway.IntegrationTests.Faults;

namespace FhirGateway.IntegrationTests.BadInput;

/// <summary>What is no MLLP, no HL7v2, no HTTP and no token: answered or closed, never a fault of ours, never noticed by others.</summary>
public sealed class ProtocolTests(ServedWorld world) : IClassFixture<ServedWorld>
{
    private const string Canary = ServedWorld.Canary;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Payload of one frame, and the answer: a code, or nothing where the connection is closed.</summary>
    private static readonly Dictionary<string, (byte[] Payload, string Codes)> Frames = new()
    {
        ["text"] = (Encoding.UTF8.GetBytes($"hello {Canary}"), "AR AE"),
        ["empty"] = ([], "AR AE"),
        ["NUL"] = (new byte[1000], "AR AE"),
        ["header only"] = ("MSH|^~\\&|REG|FAULTHOSP|GATEWAY|HIE|20260101||ADT^A01^ADT_A01|HDR|P|2.5.1\r"u8.ToArray(), "AE"),
        ["header cut"] = (Encoding.UTF8.GetBytes($"MSH|^~\\&|REG|FAULTH"), "AR AE"),
        ["no control id"] = (Replace("|CTL|", "||"), "AE"),
        ["PID missing"] = (Cut("PID|"), "AE"),
        ["PV1 missing"] = (Cut("PV1|"), "AE"),
        ["other type"] = (Replace("ADT^A01^ADT_A01", "ORU^R01^ORU_R01"), "AR"),
        ["unknown event"] = (Replace("ADT^A01^ADT_A01", "ADT^A99^ADT_A99"), "AR"),
        ["unknown facility"] = (Replace("FAULTHOSP", "ELSEWHERE"), "AR"),
        ["odd delimiters"] = (Replace("|^~\\&|", "|||||"), "AR AE"),
        ["JSON"] = (Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","name":"{{Canary}}"}"""), "AR AE"),
        ["many fields"] = ([.. Message(), .. Encoding.UTF8.GetBytes("ZZZ" + new string('|', 500_000) + "\r")], "AA"),
        ["many repetitions"] = (Replace("^^^FAULTHOSP^MR", "^^^FAULTHOSP^MR" + string.Concat(Enumerable.Repeat("~X^^^FAULTHOSP^PI", 20_000))), "AA AE"),
        ["escapes"] = (Replace(Canary, Canary + "\\X" + new string('4', 10_000) + "\\\\E\\\\.br\\\\H\\\\Zz\\"), "AA"),
        ["wrong dates"] = (Replace("19", "99999999"), "AA AE"),
        ["bytes that are no UTF-8"] = ([.. Message(), 0xC3, 0x28, 0xFF, 0xFE, (byte)'\r'], "AA AE"),
    };

    public static TheoryData<string> Names => [.. Frames.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_bad_message_is_answered_with_a_reason_and_the_next_one_is_taken(string name)
    {
        var (payload, codes) = Frames[name];
        using var connection = await RawMllp.ConnectAsync(world.Gateway.Mllp);
        await connection.SendAsync(RawMllp.Frame(payload));
        var answer = await connection.ReceiveAsync(Patience);
        Assert.Contains(RawMllp.Codes(answer), codes.Split(' '));
        Assert.True(RawMllp.Codes(answer) == "AA" || answer!.Contains("\rERR|", StringComparison.Ordinal), answer);
        await connection.SendAsync(RawMllp.Frame(FaultWorld.Admit(3, "VNEXT" + name.GetHashCode(StringComparison.Ordinal), "NEXT")));
        Assert.Equal("AA", RawMllp.Codes(await connection.ReceiveAsync(Patience)));
        await world.CheckAsync(answer!);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001")]
    [InlineData("MSH|^~\\&|unframed\r")]
    [InlineData("\u000B\u000B\u000B\u000B")]
    public async Task What_is_no_frame_disturbs_nobody(string bytes)
    {
        using (var connection = await RawMllp.ConnectAsync(world.Gateway.Mllp))
            await connection.SendAsync(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(bytes + Canary, 200))));
        await world.CheckAsync();
    }

    [Fact]
    public async Task A_frame_over_the_limit_closes_its_connection_in_bounded_memory()
    {
        var before = world.Gateway.Memory("VmRSS");
        using var connection = await RawMllp.ConnectAsync(world.Gateway.Mllp);
        var block = new byte[1 << 20];
        block.AsSpan().Fill((byte)'x');
        await connection.SendAsync(new byte[] { 0x0B });
        await Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            for (var i = 0; i < 100; i++)
                await connection.SendAsync(block);
        });
        Assert.True(world.Gateway.Memory("VmRSS") - before < 100 << 20);
        await world.CheckAsync();
    }

    public static TheoryData<string, string> Tokens => new()
    {
        { "", "application/x-www-form-urlencoded" },
        { "grant_type=client_credentials", "application/x-www-form-urlencoded" },
        { $"grant_type=password&username={Canary}&password={Canary}", "application/x-www-form-urlencoded" },
        { $"grant_type=client_credentials&client_id={Canary}&client_secret={Canary}", "application/x-www-form-urlencoded" },
        { $"grant_type=client_credentials&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion={Canary}", "application/x-www-form-urlencoded" },
        { "grant_type=client_credentials&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=e30.e30.e30", "application/x-www-form-urlencoded" },
        { "grant_type=client_credentials&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4Iiwic3ViIjoieCJ9.", "application/x-www-form-urlencoded" },
        { "grant_type=%00&client_assertion=%ff%fe", "application/x-www-form-urlencoded" },
        { $$"""{"grant_type":"client_credentials","x":"{{Canary}}"}""", "application/json" },
        { "<a/>", "text/xml" },
        { "DEEP", "application/x-www-form-urlencoded" },
        { "LONG", "application/x-www-form-urlencoded" },
    };

    [Theory]
    [MemberData(nameof(Tokens))]
    public async Task A_bad_token_request_is_refused(string body, string type)
    {
        body = body switch
        {
            "DEEP" => "grant_type=client_credentials&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion="
                + System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new string('[', 20_000))) + ".e30.e30",
            "LONG" => "grant_type=client_credentials&client_assertion=" + new string('a', 1 << 20),
            _ => body,
        };
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new(type);
        using var response = await world.Gateway.Client.PostAsync(world.Gateway.Url("/auth/token"), content, TestContext.Current.CancellationToken);
        Assert.InRange((int)response.StatusCode, 400, 499);
        await world.CheckAsync(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer " + Canary)]
    [InlineData("Bearer e30.e30.e30")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.")]
    [InlineData("Basic YTpi")]
    public async Task Without_a_good_token_nothing_is_read_and_nothing_shown(string? authorization)
    {
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/intake/ndjson"), (HttpMethod.Get, "/streams/adt"), (HttpMethod.Get, "/streams/nonsense"), (HttpMethod.Get, "/admin/status"), (HttpMethod.Get, "/intake/submissions/x") })
        {
            using var request = new HttpRequestMessage(method, world.Gateway.Url(path));
            if (authorization is not null)
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            if (method == HttpMethod.Post)
                request.Content = new ByteArrayContent(BadLines.Good("x"));
            using var response = await world.Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.NotFound, $"{path}: {(int)response.StatusCode}");
            await world.CheckAsync(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("GET /streams/adt HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /intake/ndjson HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n")]
    [InlineData("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /streams/adt HTTP/1.1\r\n\r\n")]
    [InlineData("NONSENSE\r\n\r\n")]
    public async Task Bad_HTTP_is_refused_and_closed(string bytes)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(world.Gateway.Http, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(bytes), TestContext.Current.CancellationToken);
        var buffer = new byte[4096];
        var read = await socket.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken);
        var answer = Encoding.Latin1.GetString(buffer, 0, read);
        Assert.True(read == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
        await world.CheckAsync(answer);
    }

    private static byte[] Message() => FaultWorld.Admit(5, "VCTL", "CTL", Canary);

    private static byte[] Replace(string old, string with) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Message()).Replace(old, with, StringComparison.Ordinal));

    private static byte[] Cut(string segment) =>
        Encoding.UTF8.GetBytes(string.Join('\r', Encoding.UTF8.GetString(Message()).Split('\r').Where(s => !s.StartsWith(segment, StringComparison.Ordinal))));
}
