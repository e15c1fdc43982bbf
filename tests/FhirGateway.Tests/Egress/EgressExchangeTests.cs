using System.IO.Compression;
using System.Net;
using System.Text;
using FhirGateway.Adapters.Egress;

namespace FhirGateway.Tests.Egress;

/// <summary>What goes over the wire, and what comes back, between the client and peers that misbehave.</summary>
public sealed class EgressExchangeTests
{
    private static readonly EgressCredential Unused = EgressCredential.Bearer(EgressRig.Origin("https://fhir.payer.example"), "canary-token");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("302 Found", "http://169.254.169.254/latest/meta-data")]
    [InlineData("302 Found", "http://127.0.0.1:{0}/")]
    [InlineData("301 Moved Permanently", "https://other.example/")]
    [InlineData("303 See Other", "//127.0.0.1:{0}/")]
    [InlineData("307 Temporary Redirect", "http://localhost:{0}/")]
    [InlineData("308 Permanent Redirect", "file:///etc/passwd")]
    [InlineData("302 Found", "http://user@127.0.0.1:{1}/")]
    [InlineData("302 Found", "\\\\127.0.0.1")]
    public async Task S_12_a_redirect_to_what_is_not_allowed_is_refused(string status, string target)
    {
        await using var canary = LoopbackPeer.Canary();
        var own = 0;
        await using var peer = LoopbackPeer.Start((r, s) => LoopbackPeer.WriteAsync(s, status, "", $"Location: {target.Replace("{0}", $"{canary.Port}").Replace("{1}", $"{own}")}"));
        own = peer.Port;
        using var client = EgressRig.Client();
        foreach (var redirects in Enum.GetValues<EgressRedirects>())
        {
            var e = await EgressRig.RefusedAsync(client, EgressRequest.Get(peer.Url("/f?sig=s3cr3t")) with { Redirects = redirects }, EgressRig.Allow(peer.Origin));
            Assert.Equal(EgressFaultCode.RedirectRefused, e.Code);
            Assert.DoesNotContain("s3cr3t", e.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, canary.Connects);
    }

    [Fact]
    public async Task S_12_a_redirect_within_the_origin_is_followed_only_when_asked_three_times_at_most_and_never_after_a_POST()
    {
        await using var peer = LoopbackPeer.Start((r, s) => int.Parse(r.Target[1..]) is > 0 and var left
            ? LoopbackPeer.WriteAsync(s, "302 Found", "", $"Location: {left - 1}")
            : LoopbackPeer.WriteAsync(s, "200 OK", "there"));
        using var client = EgressRig.Client();
        var allow = EgressRig.Allow(peer.Origin);
        var request = EgressRequest.Get(peer.Url("/3")) with { Redirects = EgressRedirects.SameOrigin, Credential = Unused with { Origin = EgressRig.Origin(peer.Origin) }, Headers = [new("X-Api-Key", "k")] };
        await using (var response = await client.SendAsync(request, allow, Token))
            Assert.Equal((200, "/0"), (response.Status, response.Url.AbsolutePath));
        Assert.All(peer.Requests, r => Assert.Equal(("Bearer canary-token", "k"), (r.Header("Authorization"), r.Header("X-Api-Key"))));
        Assert.Equal(4, peer.Requests.Count);
        Assert.Equal(EgressFaultCode.RedirectRefused, (await EgressRig.RefusedAsync(client, request with { Url = peer.Url("/4") }, allow)).Code);
        Assert.Equal(EgressFaultCode.RedirectRefused, (await EgressRig.RefusedAsync(client, request with { Redirects = EgressRedirects.Refused }, allow)).Code);
        Assert.Equal(EgressFaultCode.RedirectRefused, (await EgressRig.RefusedAsync(client, request with { Method = HttpMethod.Post, ContentType = "text/plain" }, allow)).Code);
    }

    [Fact]
    public async Task S_12_across_origins_neither_credential_nor_chosen_header_is_carried_also_not_on_the_way_back()
    {
        LoopbackPeer? first = null;
        await using var storage = LoopbackPeer.Start((r, s) => r.Target == "/back"
            ? LoopbackPeer.WriteAsync(s, "302 Found", "", $"Location: {first!.Origin}/end")
            : LoopbackPeer.WriteAsync(s, "200 OK", "bytes"));
        await using var payer = first = LoopbackPeer.Start((r, s) => r.Target == "/end"
            ? LoopbackPeer.WriteAsync(s, "200 OK", "end")
            : LoopbackPeer.WriteAsync(s, "307 Temporary Redirect", "", $"Location: {storage.Origin}{r.Target}"));
        using var client = EgressRig.Client();
        foreach (var target in (string[])["/file", "/back"])
        {
            var request = EgressRequest.Get(payer.Url(target)) with
            {
                Credential = Unused with { Origin = EgressRig.Origin(payer.Origin) },
                Headers = [new("X-Api-Key", "canary-key"), new("Accept", "application/fhir+ndjson"), new("Range", "bytes=7-")],
                Redirects = EgressRedirects.AllowedOrigins,
            };
            await using var response = await client.SendAsync(request, EgressRig.Allow(payer.Origin, storage.Origin), Token);
            Assert.Equal(200, response.Status);
        }

        Assert.All(storage.Requests.Concat(payer.Requests.Where(r => r.Target == "/end")), r =>
        {
            Assert.DoesNotContain(r.Headers, h => h.Value.Contains("canary", StringComparison.Ordinal) || h.Name is "Authorization" or "Cookie");
            Assert.Equal("bytes=7-", r.Header("Range"));
        });
        Assert.All(payer.Requests.Where(r => r.Target != "/end"), r => Assert.Equal("Bearer canary-token", r.Header("Authorization")));
    }

    [Theory]
    [InlineData("https://fhir.payer.example.attacker.test/r4")]
    [InlineData("https://fhir.payer.example:8443/r4")]
    [InlineData("https://fhir.payer.example./r4")]
    [InlineData("http://fhir.payer.example/r4")]
    [InlineData("https://payer.example/r4")]
    [InlineData("https://attacker.test/https://fhir.payer.example/")]
    [InlineData("https://fhir-payer.example/")]
    public async Task S_13_a_token_goes_to_its_exact_origin_only(string url)
    {
        await using var canary = LoopbackPeer.Canary();
        using var client = EgressRig.Client(EgressRig.Quick with { Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Loopback }) });
        var target = new Uri(url);
        var e = await EgressRig.RefusedAsync(client, EgressRequest.Get(target) with { Credential = Unused }, new EgressAllowance("payer", [], [EgressOrigin.Of(target)]));
        Assert.Equal(EgressFaultCode.CredentialRefused, e.Code);
        Assert.DoesNotContain("canary-token", e.ToString(), StringComparison.Ordinal);
        Assert.True(Unused.Origin.IsOf(new Uri("HTTPS://FHIR.Payer.Example:443/other")));
    }

    [Fact]
    public async Task Nothing_is_sent_that_the_caller_did_not_ask_for()
    {
        await using var peer = LoopbackPeer.Start((_, s) => LoopbackPeer.WriteAsync(s, "200 OK", "{}", "Set-Cookie: a=b"));
        using var client = EgressRig.Client();
        using var activity = new System.Diagnostics.Activity("inner").Start();
        for (var i = 0; i < 2; i++)
            await (await client.SendAsync(EgressRequest.Get(peer.Url("/")), EgressRig.Allow(peer.Origin), Token)).DisposeAsync();
        Assert.All(peer.Requests, r => Assert.Equal(["Host", "User-Agent"], r.Headers.Select(h => h.Name).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task TLS_needs_a_certificate_that_is_trusted_and_of_this_name()
    {
        using var good = EgressRig.Certificate("payer.example");
        using var foreign = EgressRig.Certificate("other.example");
        await using var peer = LoopbackPeer.Start((_, s) => LoopbackPeer.WriteAsync(s, "200 OK", "hello"), good);
        await using var wrong = LoopbackPeer.Start((_, s) => LoopbackPeer.WriteAsync(s, "200 OK", "hello"), foreign);
        var options = EgressRig.Quick with { MostRetries = 0, Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Loopback }) };
        using var trusting = EgressRig.Client(options with { TrustedRoots = [good, foreign] });
        using var strict = EgressRig.Client(options);
        async Task<EgressResponse> Send(EgressClient client, LoopbackPeer to) => await client.SendAsync(
            EgressRequest.Get(new Uri($"https://payer.example:{to.Port}/")), EgressRig.Allow($"https://payer.example:{to.Port}"), Token);
        await using (var response = await Send(trusting, peer))
            Assert.Equal("hello"u8.ToArray(), await response.ReadAsync(10, Token));
        Assert.Equal(EgressFaultCode.Tls, (await Assert.ThrowsAsync<EgressException>(() => Send(trusting, wrong))).Code);
        Assert.Equal(EgressFaultCode.Tls, (await Assert.ThrowsAsync<EgressException>(() => Send(strict, peer))).Code);
        Assert.Single(peer.Requests);
        Assert.Empty(wrong.Requests);
    }

    [Fact]
    public async Task S_20_an_inflating_body_ends_at_its_ratio_and_size_and_other_encodings_are_refused()
    {
        var bomb = Gzip(new byte[64 << 20]);
        await using var peer = LoopbackPeer.Start((r, s) => r.Target switch
        {
            "/bomb" => LoopbackPeer.WriteAsync(s, "200 OK", bomb, "Content-Encoding: gzip"),
            "/fine" => LoopbackPeer.WriteAsync(s, "200 OK", Gzip("{\"a\":1}"u8.ToArray()), "Content-Encoding: gzip"),
            "/br" => LoopbackPeer.WriteAsync(s, "200 OK", "x", "Content-Encoding: br"),
            "/deflate" => LoopbackPeer.WriteAsync(s, "200 OK", "x", "Content-Encoding: deflate"),
            "/twice" => LoopbackPeer.WriteAsync(s, "200 OK", Gzip(bomb), "Content-Encoding: gzip", "Content-Encoding: gzip"),
            "/list" => LoopbackPeer.WriteAsync(s, "200 OK", Gzip(bomb), "Content-Encoding: gzip, gzip"),
            _ => LoopbackPeer.WriteAsync(s, "200 OK", "no gzip", "Content-Encoding: gzip"),
        });
        using var client = EgressRig.Client();
        async Task<EgressFaultCode?> Read(string target, int most)
        {
            await using var response = await client.SendAsync(EgressRequest.Get(peer.Url(target)), EgressRig.Allow(peer.Origin), Token);
            try
            {
                await response.ReadAsync(most, Token);
                return null;
            }
            catch (EgressException e)
            {
                return e.Code;
            }
        }

        var before = GC.GetTotalAllocatedBytes();
        Assert.Equal(EgressFaultCode.RatioTooHigh, await Read("/bomb", 1 << 30));
        Assert.Equal(EgressFaultCode.TooLarge, await Read("/bomb", 100_000));
        Assert.True(GC.GetTotalAllocatedBytes() - before < 64 << 20, "a bomb was inflated further than its budget");
        Assert.Null(await Read("/fine", 100));
        foreach (var target in (string[])["/br", "/deflate", "/twice", "/list"])
            Assert.Equal(EgressFaultCode.EncodingRefused, await Read(target, 1 << 30));
        Assert.Equal(EgressFaultCode.Malformed, await Read("/none", 1 << 20));
    }

    [Fact]
    public async Task S_19_a_body_without_end_stops_at_its_budget()
    {
        await using var peer = LoopbackPeer.Start(async (r, s) =>
        {
            await LoopbackPeer.HeadAsync(s, "200 OK", "Transfer-Encoding: chunked");
            while (true)
                await LoopbackPeer.ChunkAsync(s, new byte[10_000]);
        });
        using var client = EgressRig.Client();
        await using var response = await client.SendAsync(EgressRequest.Get(peer.Url("/")), EgressRig.Allow(peer.Origin), Token);
        Assert.Equal(EgressFaultCode.TooLarge, (await Assert.ThrowsAsync<EgressException>(() => response.ReadAsync(1 << 20, Token))).Code);
        await using var announced = LoopbackPeer.Start(async (r, s) =>
        {
            await LoopbackPeer.HeadAsync(s, "200 OK", "Content-Length: 1048577");
            return true;
        });
        await using var long1 = await client.SendAsync(EgressRequest.Get(announced.Url("/")), EgressRig.Allow(announced.Origin), Token);
        Assert.Equal(EgressFaultCode.TooLarge, (await Assert.ThrowsAsync<EgressException>(() => long1.ReadAsync(1 << 20, Token))).Code);
    }

    [Fact]
    public async Task S_22_slow_headers_slow_bytes_and_trailers_without_end_are_given_up()
    {
        await using var peer = LoopbackPeer.Start(async (r, s) =>
        {
            if (r.Target == "/headers")
                await DripAsync(s, "HTTP/1.1 200 OK\r\nX: ");
            await LoopbackPeer.HeadAsync(s, "200 OK", r.Target == "/trailers" ? "Transfer-Encoding: chunked" : "Content-Length: 100000");
            await DripAsync(s, r.Target == "/trailers" ? "1\r\na\r\n0\r\nX: " : "");
            return false;
        });
        using var client = EgressRig.Client(EgressRig.Quick with { HeaderTimeout = TimeSpan.FromMilliseconds(300), MostRetries = 0 });
        var allow = EgressRig.Allow(peer.Origin);
        Assert.Equal(EgressFaultCode.Timeout, (await EgressRig.RefusedAsync(client, EgressRequest.Get(peer.Url("/headers")), allow)).Code);
        foreach (var target in (string[])["/body", "/trailers"])
        {
            await using var response = await client.SendAsync(EgressRequest.Get(peer.Url(target)), allow, Token);
            var budget = new EgressBudget { MostBytes = 1 << 20, SlowWindow = TimeSpan.FromMilliseconds(400) };
            await using var body = await response.OpenAsync(budget, EgressBody.Decoded, Token);
            Assert.Equal(EgressFaultCode.TooSlow, (await Assert.ThrowsAsync<EgressException>(() => body.CopyToAsync(Stream.Null, Token))).Code);
        }

        await using var last = await client.SendAsync(EgressRequest.Get(peer.Url("/body")), allow, Token);
        await using var timed = await last.OpenAsync(new EgressBudget { MostBytes = 1 << 20, MostTime = TimeSpan.FromMilliseconds(300), SlowWindow = TimeSpan.FromSeconds(1) }, EgressBody.Decoded, Token);
        Assert.Equal(EgressFaultCode.Timeout, (await Assert.ThrowsAsync<EgressException>(() => timed.CopyToAsync(Stream.Null, Token))).Code);
    }

    [Fact]
    public async Task S_22_a_slow_reader_is_no_slow_sender()
    {
        await using var peer = LoopbackPeer.Start((_, s) => LoopbackPeer.WriteAsync(s, "200 OK", new byte[3000]));
        using var client = EgressRig.Client();
        await using var response = await client.SendAsync(EgressRequest.Get(peer.Url("/")), EgressRig.Allow(peer.Origin), Token);
        await using var body = await response.OpenAsync(new EgressBudget { MostBytes = 3000, LeastBytesPerSecond = 1_000_000, SlowWindow = TimeSpan.FromMilliseconds(100) }, EgressBody.Decoded, Token);
        var total = 0;
        for (int read; (read = await body.ReadAsync(new byte[1000], Token)) > 0; total += read)
            await Task.Delay(100, Token);
        Assert.Equal(3000, total);
    }

    [Fact]
    public async Task A_GET_is_sent_again_after_faults_that_may_pass_and_a_POST_never()
    {
        var asked = 0;
        await using var peer = LoopbackPeer.Start(async (r, s) => Interlocked.Increment(ref asked) switch
        {
            1 => await LoopbackPeer.WriteAsync(s, "503 Service Unavailable", ""),
            2 => await LoopbackPeer.WriteAsync(s, "502 Bad Gateway", ""),
            3 => false,
            _ => await LoopbackPeer.WriteAsync(s, "200 OK", ""),
        });
        using var client = EgressRig.Client();
        await using (var response = await client.SendAsync(EgressRequest.Get(peer.Url("/")), EgressRig.Allow(peer.Origin), Token))
            Assert.Equal((200, 4), (response.Status, asked));
        asked = 0;
        await using (var response = await client.SendAsync(EgressRequest.Get(peer.Url("/")) with { MayRetry = false }, EgressRig.Allow(peer.Origin), Token))
            Assert.Equal((503, 1), (response.Status, asked));
        asked = 1;
        await using (var response = await client.SendAsync(new EgressRequest { Method = HttpMethod.Post, Url = peer.Url("/"), ContentType = "text/plain", Body = "x"u8.ToArray() }, EgressRig.Allow(peer.Origin), Token))
            Assert.Equal((502, 2), (response.Status, asked));
    }

    [Fact]
    public async Task S_24_what_says_when_to_come_back_is_the_callers()
    {
        await using var peer = LoopbackPeer.Start((r, s) => LoopbackPeer.WriteAsync(s, r.Target[1..].Replace('_', ' '), "", "Retry-After: 99999"));
        using var client = EgressRig.Client();
        foreach (var status in (string[])["429_Too_Many_Requests", "503_Service_Unavailable"])
        {
            await using var response = await client.SendAsync(EgressRequest.Get(peer.Url("/" + status)), EgressRig.Allow(peer.Origin), Token);
            Assert.Equal(TimeSpan.FromHours(1), response.RetryAfter);
        }

        Assert.Equal(2, peer.Requests.Count);
    }

    [Fact]
    public async Task A_host_that_keeps_failing_is_left_alone_for_a_while_and_only_for_that_owner()
    {
        await using var peer = LoopbackPeer.Start((_, s) => LoopbackPeer.WriteAsync(s, "502 Bad Gateway", ""));
        using var client = EgressRig.Client(EgressRig.Quick with { BreakerLeastRequests = 4, MostRetries = 0 });
        var allow = EgressRig.Allow(peer.Origin);
        for (var i = 0; i < 4; i++)
            await (await client.SendAsync(EgressRequest.Get(peer.Url("/")), allow, Token)).DisposeAsync();
        var e = await EgressRig.RefusedAsync(client, EgressRequest.Get(peer.Url("/")), allow);
        Assert.Equal((EgressFaultCode.CircuitOpen, true), (e.Code, e.IsTransient));
        Assert.True(e.RetryAfter > TimeSpan.Zero);
        Assert.Equal(4, peer.Requests.Count);
        await (await client.SendAsync(EgressRequest.Get(peer.Url("/")), allow with { Owner = "other" }, Token)).DisposeAsync();
        Assert.Equal(5, peer.Requests.Count);
    }

    [Fact]
    public async Task No_more_answers_of_one_origin_are_open_than_allowed()
    {
        var open = 0;
        var most = 0;
        await using var peer = LoopbackPeer.Start(async (_, s) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref open));
            await Task.Delay(20);
            Interlocked.Decrement(ref open);
            return await LoopbackPeer.WriteAsync(s, "200 OK", "x");
        });
        using var client = EgressRig.Client(EgressRig.Quick with { MostAtOnce = 3 });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            await using var response = await client.SendAsync(EgressRequest.Get(peer.Url("/")), EgressRig.Allow(peer.Origin), Token);
            await response.ReadAsync(10, Token);
        }));
        Assert.InRange(most, 1, 3);
        Assert.InRange(peer.Connects, 1, 3);
    }

    [Fact]
    public async Task A_deadline_ends_retries_and_a_cancellation_is_no_fault_of_the_peer()
    {
        await using var peer = LoopbackPeer.Start((_, s) => LoopbackPeer.WriteAsync(s, "502 Bad Gateway", ""));
        using var client = EgressRig.Client(EgressRig.Quick with { RetryDelay = TimeSpan.FromSeconds(20) });
        var request = EgressRequest.Get(peer.Url("/")) with { Deadline = TimeSpan.FromMilliseconds(200) };
        Assert.Equal(EgressFaultCode.Timeout, (await EgressRig.RefusedAsync(client, request, EgressRig.Allow(peer.Origin))).Code);
        using var cancelled = new CancellationTokenSource(200);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SendAsync(request with { Deadline = null }, EgressRig.Allow(peer.Origin), cancelled.Token));
    }

    [Fact]
    public async Task Answers_that_are_not_HTTP_and_headers_without_end_are_faults()
    {
        await using var peer = LoopbackPeer.Start(async (r, s) =>
        {
            await s.WriteAsync(r.Target == "/junk" ? "SSH-2.0-OpenSSH\r\n\r\n"u8.ToArray() : Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n"));
            for (var i = 0; r.Target != "/junk" && i < 100_000; i++)
                await s.WriteAsync(Encoding.ASCII.GetBytes($"X-{i}: {new string('x', 100)}\r\n"));
            return false;
        });
        using var client = EgressRig.Client(EgressRig.Quick with { MostRetries = 0 });
        foreach (var target in (string[])["/junk", "/headers"])
            Assert.Contains((await EgressRig.RefusedAsync(client, EgressRequest.Get(peer.Url(target)), EgressRig.Allow(peer.Origin))).Code, (EgressFaultCode[])[EgressFaultCode.Malformed, EgressFaultCode.TooLarge]);
    }

    private static async Task DripAsync(Stream stream, string start)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(start));
        while (true)
        {
            await stream.WriteAsync("x"u8.ToArray());
            await Task.Delay(40);
        }
    }

    private static byte[] Gzip(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            gzip.Write(content);
        return buffer.ToArray();
    }
}
