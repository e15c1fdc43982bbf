using System.Net;

namespace FhirGateway.IntegrationTests.Submit;

/// <summary>What the gateway sends to a sender's file server, and what it never sends.</summary>
public sealed class SubmitFetchTests
{
    [Fact]
    public async Task S_14_headers_that_the_sender_chose_go_with_every_request_and_stay_out_of_the_store()
    {
        await using var world = await SubmitWorld.StartAsync();
        world.Provider.File("/patients", SubmitWorld.Patients(1));
        var id = world.NewId();
        await world.AcceptedAsync(id, [.. world.WithManifest(world.Provider.Manifest("/m", ("Patient", "/patients"))), Header("X-File-Key", "geheim-42"), Header("authorization", "Basic geheim-43"), SubmitWorld.Said("completed")]);
        Assert.Equal(HttpStatusCode.OK, (await world.WaitAsync(id)).Status);
        Assert.Equal(["/m", "/patients"], world.Provider.Paths.Order());
        Assert.All(world.Provider.Requests, r => Assert.Equal(("geheim-42", "Basic geheim-43"), (r.Headers["x-file-key"], r.Headers["authorization"])));
        await world.Gateway.Engine.DrainAsync(default);
        foreach (var file in Directory.EnumerateFiles(world.Gateway.Engine.DataDirectory, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            Assert.True(bytes.ToArray().AsSpan().IndexOf("geheim-4"u8) < 0, file);
        }
    }

    [Theory]
    [InlineData("Host", "internal")]
    [InlineData("Metadata", "true")]
    [InlineData("Metadata-Flavor", "Google")]
    [InlineData("X-aws-ec2-metadata-token", "x")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("X-A", "a\r\nHost: internal")]
    public async Task S_14_a_forbidden_header_is_refused_and_nothing_is_fetched(string name, string value)
    {
        await using var world = await SubmitWorld.StartAsync();
        var (status, text) = await world.SubmitAsync(world.NewId(), [.. world.WithManifest(world.Provider.Manifest("/m")), Header(name, value)]);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("fileRequestHeader", text, StringComparison.Ordinal);
        await Task.Delay(100);
        Assert.Empty(world.Provider.Requests);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/m")]
    [InlineData("http://localhost:{port}/m")]
    [InlineData("http://[::1]:{port}/m")]
    [InlineData("http://2130706433:{port}/m")]
    [InlineData("http://0x7f.1:{port}/m")]
    [InlineData("http://127.1:{port}/m")]
    [InlineData("http://[::ffff:127.0.0.1]:{port}/m")]
    [InlineData("http://user@127.0.0.1:{port}/m")]
    [InlineData("http://127.0.0.1:{port}@evil.example/m")]
    [InlineData("https://127.0.0.1:{port}/m")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://168.63.129.16/machine")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://files.example.attacker.test/m")]
    public async Task S_10_a_manifest_elsewhere_is_refused_and_nothing_is_connected(string url)
    {
        await using var world = await SubmitWorld.StartAsync();
        var port = new Uri(world.Provider.Url).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var at = url.Replace("{port}", port, StringComparison.Ordinal);
        // The exact origin is allowed; another way to write its address is the same origin, or none.
        if (Uri.TryCreate(at, UriKind.Absolute, out var parsed) && parsed.UserInfo.Length == 0 && parsed.GetLeftPart(UriPartial.Authority) == world.Provider.Url)
            return;
        var (status, _) = await world.SubmitAsync(world.NewId(), SubmitWorld.Value("manifestUrl", at), SubmitWorld.Value("fhirBaseUrl", world.Provider.Url));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Empty(world.Provider.Requests);
    }

    [Fact]
    public async Task S_15_metadata_that_name_another_token_endpoint_get_no_assertion_and_no_file_is_fetched()
    {
        await using var world = await SubmitWorld.StartAsync(connection: c => c with { TokenUrl = "https://auth.payer.example/token", ClientId = "gateway" });
        world.Provider.File("/patients", SubmitWorld.Patients(1));
        world.Provider.Json("/evil", "{\"token_endpoint\":\"" + world.Provider.Url + "/token\"}");
        var id = world.NewId();
        await world.AcceptedAsync(id, [.. world.WithManifest(world.Provider.Manifest("/m", ("Patient", "/patients"))), SubmitWorld.Value("oauthMetadataUrl", world.Provider.Url + "/evil"), SubmitWorld.Said("completed")]);
        var (_, manifest) = await world.WaitAsync(id);
        Assert.Contains(await world.OutcomesAsync(manifest), o => o.GetRawText().Contains("another token endpoint", StringComparison.Ordinal));
        Assert.Equal(["/evil"], world.Provider.Paths);
        Assert.Equal(0, world.Resources);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_goes_with_the_manifest_and_with_files_only_where_the_manifest_asks_for_it(bool requiresToken)
    {
        string? provider = null;
        await using var world = await SubmitWorld.StartAsync(connection: c =>
        {
            provider = c.AllowedOrigins[0];
            var secret = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            File.WriteAllText(secret, "client-secret");
            return c with { TokenUrl = provider + "/token", FhirUrl = provider + "/fhir", ClientId = "gateway", SecretFile = secret };
        });
        world.Provider.File("/patients", SubmitWorld.Patients(1));
        world.Provider.Json("/m", world.Provider.Text([("Patient", "/patients")], requiresToken));
        world.Provider.Json("/token", "{\"access_token\":\"token-1\",\"token_type\":\"bearer\",\"expires_in\":300,\"scope\":\"system/*.rs\"}");
        world.Provider.Json("/resource", "{\"resource\":\"x\",\"authorization_servers\":[\"" + provider + "/auth\"]}");
        world.Provider.Json("/.well-known/oauth-authorization-server/auth", "{\"token_endpoint\":\"" + provider + "/token\"}");
        var id = world.NewId();
        await world.AcceptedAsync(id, [.. world.WithManifest(world.Provider.Url + "/m"), SubmitWorld.Value("oauthMetadataUrl", world.Provider.Url + "/resource"), SubmitWorld.Said("completed")]);
        var (_, manifest) = await world.WaitAsync(id);
        Assert.True(world.Resources == 1, string.Join('\n', (await world.OutcomesAsync(manifest)).Select(o => o.GetRawText())));
        string? Sent(string path) => world.Provider.Requests.Single(r => r.Path == path).Headers.GetValueOrDefault("authorization");
        Assert.Equal("Bearer token-1", Sent("/m"));
        Assert.Equal(requiresToken ? "Bearer token-1" : null, Sent("/patients"));
        Assert.Null(Sent("/resource"));
    }

    [Fact]
    public async Task S_18_linked_manifests_end_at_a_loop_and_at_the_limit_of_pages()
    {
        await using var world = await SubmitWorld.StartAsync();
        var url = world.Provider.Url;
        world.Provider.File("/p1", SubmitWorld.Patients(1));
        world.Provider.File("/p2", SubmitWorld.Patients(1, from: 2));
        world.Provider.Json("/good1", world.Provider.Text([("Patient", "/p1")], next: url + "/good2"));
        world.Provider.Json("/good2", world.Provider.Text([("Patient", "/p2")]));
        world.Provider.Json("/self", world.Provider.Text([("Patient", "/p1")], next: url + "/self"));
        world.Provider.Json("/a", world.Provider.Text([], next: url + "/b"));
        world.Provider.Json("/b", world.Provider.Text([], next: url + "/a"));
        for (var i = 0; i < 150; i++)
            world.Provider.Json("/endless" + i, world.Provider.Text([], next: $"{url}/endless{i + 1}"));
        var id = world.NewId();
        foreach (var first in (string[])["/good1", "/self", "/a", "/endless0"])
            await world.AcceptedAsync(id, world.WithManifest(url + first));
        await world.AcceptedAsync(id, SubmitWorld.Said("completed"));
        var (status, manifest) = await world.WaitAsync(id);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(2, world.Resources);
        Assert.True(world.Provider.Paths.Count(p => p.StartsWith("/endless", StringComparison.Ordinal)) <= 101);
        var errors = manifest.GetProperty("outcome").EnumerateArray().ToDictionary(
            o => o.GetProperty("manifestUrl").GetString()![url.Length..],
            o => o.GetProperty("countSeverity").EnumerateArray().Single(c => c.GetProperty("code").GetString() == "error").GetProperty("count").GetInt64());
        Assert.Equal((0, true, true, true), (errors["/good1"], errors["/self"] > 0, errors["/a"] > 0, errors["/endless0"] > 0));
    }

    private static string Header(string name, string value) =>
        "{\"name\":\"fileRequestHeader\",\"part\":[" + SubmitWorld.Value("headerName", name, "valueString") + "," + SubmitWorld.Value("headerValue", value, "valueString") + "]}";
}
