using System.Security.Cryptography;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;
using FhirGateway.Fhir.Ndjson;
using FhirGateway.Tests.Egress;

namespace FhirGateway.Tests.BulkFhir;

public sealed class FileDownloadTests
{
    private static readonly byte[] Plain = DownloadRig.Ndjson(100);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("plain")]
    [InlineData("content encoding")]
    [InlineData("gzip file")]
    [InlineData("two members")]
    [InlineData("byte order mark")]
    [InlineData("no line end")]
    [InlineData("CRLF and blank lines")]
    public async Task A_whole_file_is_kept_as_it_came_and_proven(string kind)
    {
        await using var rig = new DownloadRig();
        var (content, inflated, lines) = kind switch
        {
            "content encoding" or "gzip file" => (DownloadRig.Gzip(Plain), Plain.Length, 100),
            "two members" => (DownloadRig.Gzip(Plain, Plain), 2 * Plain.Length, 200),
            "byte order mark" => ([0xEF, 0xBB, 0xBF, .. Plain], Plain.Length + 3, 100),
            "no line end" => (Plain[..^1], Plain.Length - 1, 100),
            "CRLF and blank lines" => ("\r\n{\"a\":1}\r\n \t\r\n\n{\"b\":2}\r\n\r\n"u8.ToArray(), 27, 2),
            _ => (Plain, Plain.Length, 100),
        };
        (rig.Peer.Content, rig.Peer.Encoding) = (content, kind == "content encoding" ? "gzip" : null);
        var request = rig.Request() with { Count = lines, FileSize = inflated, Sha256 = Convert.ToHexString(SHA256.HashData(content)) };
        var fetched = await rig.FetchAsync(request, content);
        Assert.True(fetched.IsWhole, $"{fetched.Fault}");
        Assert.Equal((lines, inflated), (fetched.Proof.Lines, fetched.Proof.InflatedLength));
        var asked = Assert.Single(rig.Peer.Requests);
        Assert.Equal(("gzip", "application/fhir+ndjson", null), (asked.Header("Accept-Encoding"), asked.Header("Accept"), asked.Header("Authorization")));
        var spooled = fetched.ToSpooled("s/0", "f", lines);
        Assert.Equal((fetched.Proof.Length, (long?)lines, (long?)lines), (spooled.Length, spooled.Lines, spooled.Count));
    }

    [Fact]
    public async Task A_manifest_may_speak_of_the_file_as_sent_or_as_inflated()
    {
        await using var rig = new DownloadRig();
        rig.Peer.Content = DownloadRig.Gzip(Plain);
        var request = rig.Request();
        foreach (var (size, hashed) in new[] { (Plain.Length, Plain), (rig.Peer.Content.Length, rig.Peer.Content) })
            Assert.True((await rig.FetchAsync(request with { FileSize = size, Sha256 = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(hashed)) }, rig.Peer.Content)).IsWhole);
    }

    [Fact]
    public async Task Headers_of_organized_output_count_or_do_not()
    {
        await using var rig = new DownloadRig();
        rig.Peer.Content = [.. "{\"resourceType\":\"Parameters\",\"parameter\":[]}\n"u8, .. Plain];
        Assert.True((await rig.FetchAsync(rig.Request() with { Count = 100, IsOrganized = true }, rig.Peer.Content)).IsWhole);
        Assert.True((await rig.FetchAsync(rig.Request() with { Count = 101, IsOrganized = true }, rig.Peer.Content)).IsWhole);
        Assert.Equal(FileFaultCode.CountDiffers, (await rig.FetchAsync(rig.Request() with { Count = 100 })).Fault!.Code);
    }

    [Theory]
    [InlineData("count", FileFaultCode.CountDiffers)]
    [InlineData("size", FileFaultCode.SizeDiffers)]
    [InlineData("checksum", FileFaultCode.ChecksumDiffers)]
    [InlineData("middle of a line", FileFaultCode.Short)]
    [InlineData("middle of a line, compressed", FileFaultCode.Short)]
    [InlineData("cut gzip", FileFaultCode.Short)]
    [InlineData("damaged gzip", FileFaultCode.Undecodable)]
    [InlineData("junk behind gzip", FileFaultCode.Undecodable)]
    [InlineData("gzip in gzip", FileFaultCode.Undecodable)]
    [InlineData("announced gzip", FileFaultCode.Undecodable)]
    [InlineData("brotli", FileFaultCode.Undecodable)]
    [InlineData("two encodings", FileFaultCode.Undecodable)]
    [InlineData("html type", FileFaultCode.WrongContent)]
    [InlineData("html", FileFaultCode.WrongContent)]
    [InlineData("array", FileFaultCode.WrongContent)]
    [InlineData("one byte", FileFaultCode.Short)]
    [InlineData("unproven end", FileFaultCode.LengthUnproven)]
    [InlineData("unproven nothing", FileFaultCode.LengthUnproven)]
    public async Task S_23_what_is_not_what_was_promised_is_named(string kind, FileFaultCode code)
    {
        await using var rig = new DownloadRig();
        var gzip = DownloadRig.Gzip(Plain);
        var damaged = gzip.ToArray();
        damaged[^6] ^= 0xFF;
        rig.Peer.Content = kind switch
        {
            "middle of a line" => Plain[..^20],
            "middle of a line, compressed" => DownloadRig.Gzip(Plain[..^20]),
            "cut gzip" => gzip[..^4],
            "damaged gzip" => damaged,
            "junk behind gzip" => [.. gzip, .. "junk"u8],
            "gzip in gzip" => DownloadRig.Gzip(gzip),
            "html" => "<!doctype html>\n<title>Sign in</title>\n"u8.ToArray(),
            "array" => "[{\"resourceType\":\"Patient\"}]\n"u8.ToArray(),
            "one byte" => "{"u8.ToArray(),
            "unproven nothing" => [],
            _ => Plain,
        };
        rig.Peer.Encoding = kind switch { "announced gzip" => "gzip", "brotli" => "br", "two encodings" => "gzip, gzip", _ => null };
        rig.Peer.Type = kind == "html type" ? "text/html; charset=utf-8" : "application/octet-stream";
        rig.Peer.End = kind.StartsWith("unproven", StringComparison.Ordinal) ? FilePeer.Ending.Close : FilePeer.Ending.Length;
        var request = rig.Request("/f?sig=s3cr3t");
        request = kind switch
        {
            "count" => request with { Count = 99 },
            "size" => request with { FileSize = Plain.Length + 1 },
            "checksum" => request with { Sha256 = new string('0', 64) },
            _ => request,
        };
        var fault = (await rig.FetchAsync(request)).Fault;
        Assert.Equal(code, fault!.Code);
        Assert.False(fault.IsTransient);
        Assert.DoesNotContain("s3cr3t", fault.Detail, StringComparison.Ordinal);
        Assert.Contains("/f", fault.Detail, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(request.Path)!));
        Assert.Single(rig.Peer.Requests);
    }

    [Fact]
    public async Task An_empty_file_is_whole_where_its_end_is_marked()
    {
        await using var rig = new DownloadRig();
        foreach (var end in (FilePeer.Ending[])[FilePeer.Ending.Length, FilePeer.Ending.Chunked])
        {
            rig.Peer.End = end;
            var fetched = await rig.FetchAsync(rig.Request() with { Count = 0 }, [[]]);
            Assert.True(fetched.IsWhole, $"{end}: {fetched.Fault}");
            Assert.Equal(new FileProof(0, Convert.ToHexStringLower(SHA256.HashData([])), 0, 0), fetched.Proof);
            Assert.Equal(FileFaultCode.CountDiffers, (await rig.FetchAsync(rig.Request() with { Count = 1 })).Fault!.Code);
        }
    }

    [Fact]
    public async Task S_19_an_endless_file_ends_at_its_budget_and_leaves_nothing()
    {
        await using var rig = new DownloadRig();
        rig.Peer.Instead = async (_, s, _) =>
        {
            await LoopbackPeer.HeadAsync(s, "200 OK", "Transfer-Encoding: chunked", "ETag: \"v1\"");
            while (true)
                await LoopbackPeer.ChunkAsync(s, Plain);
        };
        var request = rig.Request() with { MostBytes = 3 << 20 };
        Assert.Equal(FileFaultCode.TooLarge, (await rig.FetchAsync(request)).Fault!.Code);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(request.Path)!));
        Assert.Single(rig.Peer.Requests);
    }

    [Fact]
    public async Task S_20_a_compressed_bomb_is_refused_without_being_inflated()
    {
        await using var rig = new DownloadRig();
        rig.Peer.Content = DownloadRig.Gzip(new byte[256 << 20]);
        var before = GC.GetTotalAllocatedBytes();
        Assert.Equal(FileFaultCode.TooLarge, (await rig.FetchAsync(rig.Request())).Fault!.Code);
        Assert.Equal(FileFaultCode.TooLarge, (await rig.FetchAsync(rig.Request() with { Limits = new NdjsonLimits { MaxBytes = 1 << 20 } })).Fault!.Code);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 64 << 20, "a bomb took memory");
    }

    [Fact]
    public async Task S_22_a_file_that_trickles_is_given_up_and_what_came_is_kept()
    {
        await using var rig = new DownloadRig();
        rig.Options = rig.Options with { SlowWindow = TimeSpan.FromMilliseconds(300) };
        rig.Peer.Content = Plain;
        rig.Peer.Instead = async (r, s, n) =>
        {
            if (n > 1)
                return false;
            await LoopbackPeer.HeadAsync(s, "200 OK", $"Content-Length: {Plain.Length}", "ETag: \"v1\"");
            for (var i = 0; ; i++)
            {
                await s.WriteAsync(Plain.AsMemory(i, 1));
                await Task.Delay(30);
            }
        };
        var request = rig.Request();
        var fault = (await rig.FetchAsync(request)).Fault!;
        Assert.Equal((FileFaultCode.TooSlow, true), (fault.Code, fault.IsTransient));
        Assert.True((await rig.FetchAsync(request, Plain)).IsWhole);
        Assert.Matches("^bytes=[1-9]", rig.Peer.Requests[1].Header("Range"));
    }

    [Fact]
    public async Task A_token_is_sent_only_where_required_renewed_once_and_never_to_another_origin()
    {
        await using var rig = new DownloadRig();
        rig.Peer.Content = Plain;
        var given = 0;
        CredentialProvider provider = (refused, _) =>
            ValueTask.FromResult(EgressCredential.Bearer(EgressRig.Origin(rig.Peer.Http.Origin), refused is null ? "token-0" : $"token-{++given}"));
        rig.Peer.Instead = async (r, s, _) => r.Header("Authorization") is "Bearer token-0" or null && await LoopbackPeer.WriteAsync(s, "401 Unauthorized", "");
        Assert.True((await rig.FetchAsync(rig.Request() with { Credential = provider }, Plain)).IsWhole);
        Assert.Equal((2, 1), (rig.Peer.Requests.Count, given));
        Assert.Equal(FileFaultCode.Unauthorized, (await rig.FetchAsync(rig.Request())).Fault!.Code);
        Assert.Null(rig.Peer.Requests[^1].Header("Authorization"));

        rig.Peer.Instead = (_, s, _) => LoopbackPeer.WriteAsync(s, "401 Unauthorized", "");
        var before = (rig.Peer.Requests.Count, given);
        Assert.Equal(FileFaultCode.Unauthorized, (await rig.FetchAsync(rig.Request() with { Credential = provider })).Fault!.Code);
        Assert.Equal((before.Count + 2, before.given + 1), (rig.Peer.Requests.Count, given));
    }

    [Fact]
    public async Task S_15_a_file_at_another_host_gets_no_token_though_it_requires_one()
    {
        await using var rig = new DownloadRig();
        CredentialProvider provider = (_, _) => ValueTask.FromResult(EgressCredential.Bearer(EgressRig.Origin("https://fhir.payer.example"), "t"));
        Assert.Equal(FileFaultCode.NotAllowed, (await rig.FetchAsync(rig.Request() with { Credential = provider })).Fault!.Code);
        Assert.Equal(0, rig.Peer.Http.Connects);
    }

    [Fact]
    public async Task S_12_a_redirect_to_allowed_storage_is_followed_without_token_and_to_others_refused()
    {
        await using var rig = new DownloadRig();
        await using var storage = LoopbackPeer.Start((_, s) => LoopbackPeer.WriteAsync(s, "200 OK", Plain));
        rig.Peer.Instead = (_, s, _) => LoopbackPeer.WriteAsync(s, "307 Temporary Redirect", "", $"Location: {storage.Origin}/x?sig=1");
        CredentialProvider provider = (_, _) => ValueTask.FromResult(EgressCredential.Bearer(EgressRig.Origin(rig.Peer.Http.Origin), "canary"));
        var request = rig.Request() with { Credential = provider, Headers = [new EgressHeader("X-Api-Key", "canary")] };
        Assert.Equal(FileFaultCode.NotAllowed, (await rig.FetchAsync(request)).Fault!.Code);
        Assert.Equal(0, storage.Connects);
        Assert.True((await rig.FetchAsync(request with { Allowance = EgressRig.Allow(rig.Peer.Http.Origin, storage.Origin) }, Plain)).IsWhole);
        Assert.DoesNotContain(storage.Requests.Single().Headers, h => h.Value.Contains("canary", StringComparison.Ordinal));
        Assert.All(rig.Peer.Requests, r => Assert.Equal("canary", r.Header("X-Api-Key")));
    }

    [Theory]
    [InlineData("403 Forbidden", FileFaultCode.LinkExpired, 1)]
    [InlineData("404 Not Found", FileFaultCode.LinkExpired, 1)]
    [InlineData("410 Gone", FileFaultCode.LinkExpired, 1)]
    [InlineData("400 Bad Request", FileFaultCode.Refused, 1)]
    [InlineData("206 Partial Content", FileFaultCode.Refused, 1)]
    [InlineData("302 Found", FileFaultCode.Refused, 1)]
    [InlineData("500 Internal Server Error", FileFaultCode.ServerError, 5)]
    public async Task A_status_is_what_it_is_and_only_what_may_pass_is_tried_again(string status, FileFaultCode code, int requests)
    {
        await using var rig = new DownloadRig();
        rig.Peer.Instead = (_, s, _) => LoopbackPeer.WriteAsync(s, status, "{}");
        Assert.Equal(code, (await rig.FetchAsync(rig.Request())).Fault!.Code);
        Assert.Equal(requests, rig.Peer.Requests.Count);
    }

    [Fact]
    public async Task S_24_a_busy_server_is_waited_for_as_it_asks_and_long_waits_are_handed_back()
    {
        await using var rig = new DownloadRig();
        rig.Peer.Content = Plain;
        rig.Peer.Instead = async (r, s, n) => n <= 2 && await LoopbackPeer.WriteAsync(s, n == 1 ? "429 Too Many Requests" : "503 Service Unavailable", "", n == 1 ? "Retry-After: 0" : "Retry-After: -1");
        var started = TimeProvider.System.GetTimestamp();
        Assert.True((await rig.FetchAsync(rig.Request(), Plain)).IsWhole);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 1.9, 30);
        rig.Peer.Instead = (_, s, _) => LoopbackPeer.WriteAsync(s, "429 Too Many Requests", "", "Retry-After: 600");
        var fault = (await rig.FetchAsync(rig.Request())).Fault!;
        Assert.Equal((FileFaultCode.Busy, true, TimeSpan.FromMinutes(10)), (fault.Code, fault.IsTransient, fault.RetryAfter));
    }

    [Fact]
    public async Task A_forbidden_header_or_origin_is_no_request()
    {
        await using var rig = new DownloadRig();
        Assert.Equal(FileFaultCode.NotAllowed, (await rig.FetchAsync(rig.Request() with { Headers = [new EgressHeader("Metadata", "true")] })).Fault!.Code);
        Assert.Equal(FileFaultCode.NotAllowed, (await rig.FetchAsync(rig.Request() with { Allowance = EgressRig.Allow("https://other.example") })).Fault!.Code);
        Assert.Equal(0, rig.Peer.Http.Connects);
        var unreachable = rig.Request() with { Url = new Uri("http://127.0.0.1:1/f"), Allowance = EgressRig.Allow("http://127.0.0.1:1") };
        Assert.Equal((FileFaultCode.Unreachable, true), ((await rig.FetchAsync(unreachable)).Fault!.Code, (await rig.FetchAsync(unreachable)).Fault!.IsTransient));
    }
}
