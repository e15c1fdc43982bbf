using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.Adapters.Identity;
using FhirGateway.Organizations;
using FhirGateway.Processing;

namespace FhirGateway.Tests.Identity;

public sealed class PublishedKeysTests : IAsyncDisposable
{
    private readonly KeySetServer server = new();
    private readonly ECDsa first = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly ECDsa second = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    [Fact]
    public async Task S_34_a_rotated_key_is_taken_after_at_most_a_minute_and_the_old_one_ends()
    {
        await using var bench = await TokenBench.StartAsync();
        var client = await AddAsync(bench);
        Assert.Equal(200, (await AskAsync(bench, client, first, "one")).Status);
        server.Body = Keys((second, "two"));
        // Published, and the last look is less than a minute ago.
        Assert.Equal("key", (await AskAsync(bench, client, second, "two")).Reason);
        Assert.Equal(200, (await AskAsync(bench, client, first, "one")).Status);
        bench.Clock.Forward(TimeSpan.FromSeconds(60));
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => AskAsync(bench, client, second, "two"))));
        Assert.All(answers, a => Assert.Equal(200, a.Status));
        Assert.Equal("key", (await AskAsync(bench, client, first, "one")).Reason);
    }

    [Fact]
    public async Task S_34_ten_thousand_unknown_keys_make_two_requests_at_most()
    {
        await using var bench = await TokenBench.StartAsync();
        var client = await AddAsync(bench);
        bench.Clock.Forward(TimeSpan.FromMinutes(2));
        var before = server.Requests;
        await Parallel.ForAsync(0, 10_000, TestContext.Current.CancellationToken, async (i, _) =>
            Assert.Equal("key", (await AskAsync(bench, client, null, "random-" + i)).Reason));
        Assert.InRange(server.Requests - before, 1, 2);
    }

    [Fact]
    public async Task S_34_known_keys_stay_good_for_a_day_of_outage_also_over_a_restart_and_no_longer()
    {
        await using var bench = await TokenBench.StartAsync();
        var client = await AddAsync(bench);
        server.Status = "503 Service Unavailable";
        bench.Clock.Forward(TimeSpan.FromHours(12));
        Assert.Equal(200, (await AskAsync(bench, client, first, "one")).Status);
        await bench.RestartAsync();
        bench.Clock.Forward(TimeSpan.FromHours(12) - TimeSpan.FromMinutes(2));
        Assert.Equal(200, (await AskAsync(bench, client, first, "one")).Status);
        bench.Clock.Forward(TimeSpan.FromMinutes(3));
        Assert.Equal("key", (await AskAsync(bench, client, first, "one")).Reason);
        server.Status = "200 OK";
        bench.Clock.Forward(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await AskAsync(bench, client, first, "one")).Status);
    }

    [Fact]
    public async Task S_34_a_key_set_that_hangs_blocks_no_other_client_and_its_own_for_five_seconds()
    {
        await using var bench = await TokenBench.StartAsync();
        var client = await AddAsync(bench);
        var (other, jwk) = await bench.AddAsync();
        bench.Clock.Forward(TimeSpan.FromMinutes(10));
        server.Hangs = true;
        var started = TimeProvider.System.GetTimestamp();
        var hung = AskAsync(bench, client, first, "one");
        Assert.Equal(200, (await bench.AskAsync(TokenBench.Sign(jwk, TokenBench.Header(jwk), bench.Claims(other.Id)))).Status);
        Assert.False(hung.IsCompleted);
        // What is known is used when nothing newer comes.
        Assert.Equal(200, (await hung).Status);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10));
        // Within the next minute nobody waits again.
        started = TimeProvider.System.GetTimestamp();
        Assert.Equal(200, (await AskAsync(bench, client, first, "one")).Status);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("max-age=3600", 3599, 0)]
    [InlineData("max-age=3600", 3601, 1)]
    [InlineData("public, max-age=120, must-revalidate", 119, 0)]
    [InlineData("public, max-age=120, must-revalidate", 121, 1)]
    [InlineData("no-store", 59, 0)]
    [InlineData("no-store", 61, 1)]
    [InlineData("max-age=9999999999", 301, 1)]
    [InlineData(null, 299, 0)]
    [InlineData(null, 301, 1)]
    public async Task A_key_set_is_kept_for_as_long_as_its_publisher_says_and_a_minute_at_least(string? cacheControl, int seconds, int requests)
    {
        await using var bench = await TokenBench.StartAsync();
        server.Headers = cacheControl is null ? "" : $"Cache-Control: {cacheControl}\r\n";
        var client = await AddAsync(bench);
        Assert.Equal(200, (await AskAsync(bench, client, first, "one")).Status);
        var before = server.Requests;
        bench.Clock.Forward(TimeSpan.FromSeconds(seconds));
        Assert.Equal(200, (await AskAsync(bench, client, first, "one")).Status);
        Assert.Equal(requests, server.Requests - before);
    }

    [Fact]
    public async Task S_34_what_is_no_key_set_leaves_the_known_one_in_force()
    {
        await using var bench = await TokenBench.StartAsync();
        var client = await AddAsync(bench);
        var secret = first.ExportParameters(true).D!;
        foreach (var body in new[]
        {
            "", "[]", "{}", """{"keys":[]}""", """{"keys":[],"keys":[]}""", "\ufeff{}", new string(' ', (1 << 20) + 1) + Keys((second, "two")),
            Keys((second, "two"))[..^2] + $$""","d":"{{Base64Url.EncodeToString(secret)}}"}]}""",
        })
        {
            server.Body = body;
            bench.Clock.Forward(TimeSpan.FromMinutes(6));
            Assert.Equal(200, (await AskAsync(bench, client, first, "one")).Status);
        }

        server.Body = Keys((second, "two"));
        bench.Clock.Forward(TimeSpan.FromMinutes(6));
        Assert.Equal(200, (await AskAsync(bench, client, second, "two")).Status);
    }

    [Fact]
    public async Task S_30_jku_is_accepted_only_where_it_is_the_registered_URL_and_never_fetched()
    {
        await using var bench = await TokenBench.StartAsync();
        await using var evil = new KeySetServer { Body = Keys((second, "two")) };
        var client = await AddAsync(bench);
        Assert.Equal(200, (await AskAsync(bench, client, first, "one", server.Url)).Status);
        foreach (var jku in (string[])[evil.Url, server.Url + "/", server.Url + "#", server.Url.ToUpperInvariant(), server.Url + "?", "https://127.0.0.1/jwks.json", ""])
        {
            Assert.Equal("header", (await AskAsync(bench, client, first, "one", jku)).Reason);
            Assert.Equal("header", (await AskAsync(bench, client, second, "two", jku)).Reason);
        }

        Assert.Equal(0, evil.Requests);
        // A client with a set of its own has no URL that could be equal.
        var (inline, jwk) = await bench.AddAsync();
        var header = TokenBench.Header(jwk);
        header["jku"] = server.Url;
        Assert.Equal("header", (await bench.AskAsync(TokenBench.Sign(jwk, header, bench.Claims(inline.Id)))).Reason);
    }

    [Fact]
    public async Task A_URL_that_cannot_be_meant_is_refused_and_one_that_does_not_answer_is_a_warning()
    {
        await using var bench = await TokenBench.StartAsync();
        server.Body = Keys((first, "one"));
        foreach (var (url, allow, says) in new (string, string?, string)[]
        {
            (server.Url, null, "https"),
            (server.Url, "http://127.0.0.1:1", "not that of the key set"),
            (server.Url, server.Url, "not that of the key set"),
            (server.Url + "#x", server.Origin, "fragment"),
            ("https://user@client.example/jwks", null, "user information"),
            ("ftp://client.example/jwks", null, "https"),
            ("https://127.0.0.1:1/jwks", null, "127.0.0.1"),
        })
        {
            var refused = await RegisterAsync(bench, url, allow);
            Assert.False(refused.IsAdded, url);
            Assert.Contains(says, refused.Fault, StringComparison.Ordinal);
        }

        server.Status = "404 Not Found";
        Assert.Contains("404", (await RegisterAsync(bench, server.Url, server.Origin)).Fault, StringComparison.Ordinal);
        server.Status = "200 OK";
        server.Body = "{}";
        Assert.Contains("'keys'", (await RegisterAsync(bench, server.Url, server.Origin)).Fault, StringComparison.Ordinal);
        var gone = new KeySetServer();
        var (goneUrl, goneOrigin) = (gone.Url, gone.Origin);
        await gone.DisposeAsync();
        var added = await RegisterAsync(bench, goneUrl, goneOrigin);
        Assert.True(added.IsAdded, added.Fault);
        Assert.Contains("could not be read now", added.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_at_the_external_issuer_are_taken_once_and_have_no_keys()
    {
        await using var bench = await TokenBench.StartAsync();
        Task<RegisteredClient> Add(string id, string? jwks = null) => new ClientRegistration(bench.Store, bench.Clients, bench.Clock).AddAsync(
            new ClientRequest { Role = ClientRole.Source, Owner = "payer-a", ExternalId = id, Jwks = jwks, BaseUrl = new Uri("https://gateway.example") }, default);
        var added = await Add("6f1c2a30-94b7-4d43-8c57-0a3c5a0d8a11");
        Assert.True(added.IsAdded, added.Fault);
        Assert.Equal("", added.Client.Jwks);
        Assert.DoesNotContain("\"key\"", Encoding.UTF8.GetString(added.ClientFile), StringComparison.Ordinal);
        Assert.Contains("already", (await Add("6F1C2A30-94B7-4D43-8C57-0A3C5A0D8A11")).Fault, StringComparison.Ordinal);
        Assert.Contains("one of them", (await Add("x", "{}")).Fault, StringComparison.Ordinal);
        Assert.Contains("letters", (await Add("a b")).Fault, StringComparison.Ordinal);
        await bench.RestartAsync();
        Assert.Equal(added.Client.Id, bench.Clients.FindExternal("6f1c2a30-94b7-4d43-8c57-0a3c5a0d8a11")!.Id);
        var registration = new ClientRegistration(bench.Store, bench.Clients, bench.Clock);
        Assert.True(await registration.RemoveAsync(added.Client.Id, default));
        Assert.False(await registration.RemoveAsync(added.Client.Id, default));
        Assert.Null(bench.Clients.Find(added.Client.Id));
        Assert.Null(bench.Clients.FindExternal("6f1c2a30-94b7-4d43-8c57-0a3c5a0d8a11"));
        added = await Add("6F1C2A30-94B7-4D43-8C57-0A3C5A0D8A11");
        Assert.True(added.IsAdded, added.Fault);
        Assert.Equal("key", (await AskAsync(bench, added.Client.Id, first, "one")).Reason);
    }

    private async Task<string> AddAsync(TokenBench bench)
    {
        server.Body = Keys((first, "one"));
        var added = await RegisterAsync(bench, server.Url, server.Origin);
        Assert.True(added.IsAdded, added.Fault);
        Assert.Null(added.Warning);
        return added.Client.Id;
    }

    private static Task<RegisteredClient> RegisterAsync(TokenBench bench, string url, string? allow) => new ClientRegistration(bench.Store, bench.Clients, bench.Clock).AddAsync(
        new ClientRequest { Role = ClientRole.Source, Owner = "payer-a", JwksUrl = url, JwksAllow = allow, BaseUrl = new Uri("https://gateway.example") }, TestContext.Current.CancellationToken);

    private static Task<TokenAnswer> AskAsync(TokenBench bench, string client, ECDsa? key, string kid, string? jku = null)
    {
        var header = new JsonObject { ["alg"] = "ES384", ["typ"] = "JWT", ["kid"] = kid };
        if (jku is not null)
            header["jku"] = jku;
        var signed = TokenBench.Part(header.ToJsonString()) + "." + TokenBench.Part(bench.Claims(client).ToJsonString());
        var signature = key is null ? new byte[96] : Sign(key, signed);
        return bench.AskAsync(signed + "." + Base64Url.EncodeToString(signature));
    }

    private static byte[] Sign(ECDsa key, string text)
    {
        lock (key)
            return key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA384);
    }

    private static string Keys(params (ECDsa Key, string Id)[] keys) => $$"""{"keys":[{{string.Join(',', keys.Select(k =>
    {
        var q = k.Key.ExportParameters(false).Q;
        return $$"""{"kty":"EC","crv":"P-384","use":"sig","kid":"{{k.Id}}","x":"{{Base64Url.EncodeToString(q.X)}}","y":"{{Base64Url.EncodeToString(q.Y)}}"}""";
    }))}}]}""";

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        first.Dispose();
        second.Dispose();
    }
}
