using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using FhirGateway.Organizations;

namespace FhirGateway.IntegrationTests.Endpoints;

public sealed class HttpSurfaceTests
{
    [Fact]
    public async Task Health_says_its_status_and_nothing_else()
    {
        await using var gateway = await RunningGateway.StartAsync();
        foreach (var path in (string[])["/health/live", "/health/ready"])
        {
            using var response = await gateway.SendAsync(HttpMethod.Get, path, null);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("", await response.Content.ReadAsStringAsync());
        }

        gateway.IsReady = false;
        using var notReady = await gateway.SendAsync(HttpMethod.Get, "/health/ready", null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, notReady.StatusCode);
        Assert.Equal("", await notReady.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Nothing_listens_beyond_loopback()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var listeners = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(l => l.Port == gateway.Address.Port).ToList();
        Assert.NotEmpty(listeners);
        Assert.All(listeners, l => Assert.True(IPAddress.IsLoopback(l.Address), l.ToString()));
    }

    [Fact]
    public async Task Refused_tokens_have_one_shape_and_say_nothing()
    {
        await using var gateway = await RunningGateway.StartAsync();
        foreach (var assertion in (string[])["x", "e30.e30.e30", "a.b.c.d", new string('a', 9000)])
        {
            using var response = await gateway.AskAsync(assertion);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("{\"error\":\"invalid_client\"}", await response.Content.ReadAsStringAsync());
            Assert.Contains("no-store", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }

        foreach (var body in (string[])["grant_type=client_credentials&grant_type=client_credentials", "", "grant_type", "%%%"])
        {
            using var response = await gateway.SendAsync(HttpMethod.Post, "/auth/token", null, new StringContent(body, Encoding.ASCII, "application/x-www-form-urlencoded"));
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal("{\"error\":\"invalid_request\"}", await response.Content.ReadAsStringAsync());
        }

        using var large = await gateway.SendAsync(HttpMethod.Post, "/auth/token", null, new StringContent("a=" + new string('x', 20_000), Encoding.ASCII, "application/x-www-form-urlencoded"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    [Theory]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: a\r\nX: {40000}\r\n\r\n", 431)]
    [InlineData("GET /health/live HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("POST /intake/ndjson HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400)]
    [InlineData("POST /intake/ndjson HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nabc", 400)]
    [InlineData("GET /health/live\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /{40000} HTTP/1.1\r\nHost: a\r\n\r\n", 414)]
    [InlineData("POST /intake/ndjson HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\nabc", 401)]
    public async Task A_broken_or_overlong_request_is_refused(string request, int status)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, gateway.Address.Port);
        await using var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.Replace("{40000}", new string('a', 40_000), StringComparison.Ordinal)));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.StartsWith($"HTTP/1.1 {status}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discovery_names_the_token_endpoint_that_assertions_must_name()
    {
        await using var gateway = await RunningGateway.StartAsync(o => o.Http.PublicUrl = "https://gateway.example/");
        using var response = await gateway.SendAsync(HttpMethod.Get, "/fhir/.well-known/smart-configuration", null);
        using var json = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("https://gateway.example/auth/token", json.RootElement.GetProperty("token_endpoint").GetString());
        Assert.Equal(["RS384", "ES384"], json.RootElement.GetProperty("token_endpoint_auth_signing_alg_values_supported").EnumerateArray().Select(e => e.GetString()!));
        var added = await gateway.Registration.AddAsync(new Adapters.Identity.ClientRequest { Role = ClientRole.Operator, BaseUrl = gateway.Address }, default);
        using var file = System.Text.Json.JsonDocument.Parse(added.ClientFile!);
        foreach (var (audience, status) in new[]
        {
            ("https://gateway.example/auth/token", HttpStatusCode.OK),
            (new Uri(gateway.Address, "/auth/token").AbsoluteUri, HttpStatusCode.OK),
            ("https://evil.example/auth/token", HttpStatusCode.Unauthorized),
        })
        {
            using var answer = await gateway.AskAsync(RunningGateway.Assertion(file.RootElement, audience));
            Assert.Equal(status, answer.StatusCode);
        }

        // The name in the Host header is the caller's choice: it makes no audience.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/auth/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_assertion_type"] = Adapters.Identity.TokenRequests.AssertionType,
                ["client_assertion"] = RunningGateway.Assertion(file.RootElement, "http://evil.example/auth/token"),
            }),
        };
        request.Headers.Host = "evil.example";
        using var evil = await gateway.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, evil.StatusCode);
    }
}
