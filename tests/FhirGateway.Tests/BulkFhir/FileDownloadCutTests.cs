using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Tests.Egress;

namespace FhirGateway.Tests.BulkFhir;

/// <summary>S-23: a file that was cut or that changed is never taken for whole.</summary>
public sealed class FileDownloadCutTests
{
    private const int Offsets = 200;

    public static TheoryData<string, bool> Kinds()
    {
        var kinds = new TheoryData<string, bool>();
        foreach (var end in Enum.GetNames<FilePeer.Ending>())
        {
            kinds.Add(end, false);
            kinds.Add(end, true);
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task S_23_a_file_cut_once_at_any_of_200_offsets_is_completed_exactly(string end, bool gzip)
    {
        await using var rig = new DownloadRig();
        var plain = DownloadRig.Ndjson(100);
        rig.Peer.Content = gzip ? DownloadRig.Gzip(plain) : plain;
        (rig.Peer.End, rig.Peer.Encoding) = (Enum.Parse<FilePeer.Ending>(end), gzip ? "gzip" : null);
        foreach (var offset in OffsetsOf(rig.Peer.Content.Length))
        {
            var first = true;
            // Every other server understands no ranges.
            rig.Peer.Ranges = !rig.Peer.Ranges;
            rig.Peer.CutAfter = _ => first && !(first = false) ? offset : null;
            // A plain body that ends with its connection proves nothing by itself: there the manifest's count does.
            var fetched = await rig.FetchAsync(rig.Request($"/f{offset}") with { Count = end == "Close" && !gzip ? 100 : null }, rig.Peer.Content);
            Assert.True(fetched.IsWhole, $"cut at {offset}: {fetched.Fault}");
            Assert.Equal((100, plain.Length), (fetched.Proof.Lines, fetched.Proof.InflatedLength));
        }

        Assert.Equal(end != "Close", rig.Peer.Requests.Any(r => r.Header("Range") is not null && r.Header("If-Range") == "\"v1\""));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task S_23_a_file_that_is_always_cut_is_never_whole(string end, bool gzip)
    {
        await using var rig = new DownloadRig { Options = new() { RetryDelay = TimeSpan.Zero, MostFruitless = 3, CheckpointBytes = 64 * 1024 } };
        var plain = DownloadRig.Ndjson(100);
        rig.Peer.Content = gzip ? DownloadRig.Gzip(plain) : plain;
        (rig.Peer.End, rig.Peer.Encoding) = (Enum.Parse<FilePeer.Ending>(end), gzip ? "gzip" : null);
        foreach (var offset in OffsetsOf(rig.Peer.Content.Length, 40))
        {
            // Three answers of a quarter make no whole either.
            var ranges = rig.Peer.Ranges = !rig.Peer.Ranges;
            rig.Peer.CutAfter = _ => ranges ? offset / 4 : offset;
            var fetched = await rig.FetchAsync(rig.Request($"/f{offset}"));
            Assert.False(fetched.IsWhole);
            Assert.Contains(fetched.Fault.Code, (FileFaultCode[])[FileFaultCode.Short, FileFaultCode.Unreachable, FileFaultCode.LengthUnproven, FileFaultCode.Undecodable]);
        }
    }

    [Theory]
    [InlineData("honest")]
    [InlineData("ignores If-Range")]
    [InlineData("no ETag in 206")]
    [InlineData("old ETag in 206")]
    [InlineData("no validator")]
    [InlineData("weak ETag")]
    [InlineData("dates")]
    public async Task S_23_a_file_that_changes_between_ranges_is_the_old_or_the_new_one_and_no_mixture(string kind)
    {
        await using var rig = new DownloadRig();
        var old = DownloadRig.Ndjson(100);
        var changed = DownloadRig.Ndjson(110, "another");
        var peer = rig.Peer;
        peer.ChecksIfRange = kind == "honest" || kind == "dates";
        peer.Lie = kind switch
        {
            "no ETag in 206" => h => h.Where(x => !x.StartsWith("ETag", StringComparison.Ordinal)),
            "old ETag in 206" => h => h.Select(x => x.StartsWith("ETag", StringComparison.Ordinal) ? "ETag: \"v1\"" : x),
            _ => h => h,
        };
        foreach (var offset in OffsetsOf(old.Length, kind is "honest" or "ignores If-Range" ? Offsets : 40))
        {
            var number = 0;
            peer.Before = _ =>
            {
                number++;
                peer.Content = number == 1 ? old : changed;
                peer.ETag = kind switch { "no validator" or "dates" => null, "weak ETag" => "W/\"same\"", _ => number == 1 ? "\"v1\"" : "\"v2\"" };
                peer.LastModified = kind != "dates" ? null : number == 1 ? "Sun, 22 Nov 2026 05:00:00 GMT" : "Sun, 22 Nov 2026 05:30:00 GMT";
            };
            peer.CutAfter = _ => number == 1 ? offset : null;
            var fetched = await rig.FetchAsync(rig.Request($"/f{offset}"), changed);
            Assert.True(fetched.IsWhole, $"cut at {offset}: {fetched.Fault}");
            Assert.Equal(110, fetched.Proof.Lines);
        }
    }

    [Fact]
    public async Task S_23_a_date_of_the_same_second_tells_no_versions_apart()
    {
        await using var rig = new DownloadRig();
        (rig.Peer.Content, rig.Peer.ETag, rig.Peer.LastModified) = (DownloadRig.Ndjson(100), null, "Sun, 22 Nov 2026 06:00:00 GMT");
        rig.Peer.CutAfter = n => n == 1 ? 500 : null;
        Assert.True((await rig.FetchAsync(rig.Request(), rig.Peer.Content)).IsWhole);
        Assert.All(rig.Peer.Requests, r => Assert.Null(r.Header("Range")));
    }

    [Theory]
    [InlineData("Content-Range: bytes 0-999/{0}")]
    [InlineData("Content-Range: bytes 499-{1}/{0}")]
    [InlineData("Content-Range: bytes 501-{1}/{0}")]
    [InlineData("Content-Range: bytes 500-{1}/*")]
    [InlineData("Content-Range: bytes 500-{1}/999999")]
    [InlineData("Content-Range: items 500-{1}/{0}")]
    [InlineData("Content-Range: nonsense")]
    [InlineData("Content-Encoding: gzip")]
    [InlineData("X: no Content-Range")]
    public async Task S_23_a_part_that_does_not_fit_is_not_used(string header)
    {
        await using var rig = new DownloadRig();
        var content = rig.Peer.Content = DownloadRig.Ndjson(100);
        header = header.Replace("{0}", $"{content.Length}").Replace("{1}", $"{content.Length - 1}");
        rig.Peer.Lie = h => [.. h.Where(x => header.StartsWith("Content-Encoding", StringComparison.Ordinal) || !x.StartsWith("Content-Range", StringComparison.Ordinal)), header];
        rig.Peer.CutAfter = n => n == 1 ? 500 : null;
        Assert.True((await rig.FetchAsync(rig.Request(), content)).IsWhole);
        Assert.Equal(3, rig.Peer.Requests.Count);
    }

    [Fact]
    public async Task S_23_a_server_that_answers_fewer_bytes_than_asked_is_asked_for_the_rest()
    {
        await using var rig = new DownloadRig();
        var content = rig.Peer.Content = DownloadRig.Ndjson(100);
        rig.Peer.CutAfter = n => n == 1 ? 500 : null;
        rig.Peer.Instead = async (r, s, n) => r.Header("Range") is "bytes=500-"
            && await LoopbackPeerAnswers.PartAsync(s, content, 500, 1500);
        Assert.True((await rig.FetchAsync(rig.Request(), content)).IsWhole);
        Assert.Equal(["bytes=500-", "bytes=1500-"], rig.Peer.Requests.Select(r => r.Header("Range")).OfType<string>());
    }

    [Fact]
    public async Task S_23_a_restart_goes_on_from_what_was_synced()
    {
        await using var rig = new DownloadRig();
        var content = rig.Peer.Content = DownloadRig.Ndjson(20_000);
        var request = rig.Request("/f?sig=first");
        rig.Peer.CutAfter = _ => 300_000;
        using (var stopped = new CancellationTokenSource())
        {
            rig.Options = rig.Options with { RetryDelay = TimeSpan.FromMinutes(1) };
            var progress = new Reports(bytes =>
            {
                if (bytes >= 300_000)
                    stopped.Cancel();
            });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Download().FetchAsync(request with { Progress = progress }, stopped.Token));
        }

        var part = request.Path + ".part";
        var note = await File.ReadAllTextAsync(part + ".json", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("sig", note, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", note, StringComparison.Ordinal);
        var kept = new FileInfo(part).Length;
        Assert.InRange(kept, 300_000, content.Length - 1);

        // What the last sync did not cover may be anything after a crash, and the link may be a fresh one.
        await File.AppendAllTextAsync(part, "\0\0\0garbage", TestContext.Current.CancellationToken);
        rig.Peer.CutAfter = _ => null;
        var asked = rig.Peer.Requests.Count;
        Assert.True((await rig.FetchAsync(request with { Url = rig.Peer.Http.Url("/f?sig=second") }, content)).IsWhole);
        Assert.Equal($"bytes={kept}-", Assert.Single(rig.Peer.Requests.Skip(asked)).Header("Range"));
    }

    [Fact]
    public async Task An_expired_link_keeps_what_came_for_the_fresh_one()
    {
        await using var rig = new DownloadRig();
        var content = rig.Peer.Content = DownloadRig.Ndjson(5_000);
        var request = rig.Request("/f?sig=first");
        rig.Peer.CutAfter = n => n == 1 ? 150_000 : null;
        rig.Peer.Instead = async (r, s, n) => n > 1 && r.Target == "/f?sig=first" && await LoopbackPeer.WriteAsync(s, "403 Forbidden", "");
        Assert.Equal(FileFaultCode.LinkExpired, (await rig.FetchAsync(request)).Fault!.Code);
        Assert.True((await rig.FetchAsync(request with { Url = rig.Peer.Http.Url("/f?sig=second") }, content)).IsWhole);
        Assert.Equal("bytes=150000-", rig.Peer.Requests[^1].Header("Range"));
        rig.Peer.CutAfter = _ => 150_000;
        rig.Options = rig.Options with { MostAttempts = 1 };
        Assert.False((await rig.FetchAsync(request with { Url = rig.Peer.Http.Url("/f?sig=third") })).IsWhole);
        FileDownload.Discard(request.Path);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(request.Path)!));
    }

    [Theory]
    [InlineData("other file")]
    [InlineData("broken note")]
    [InlineData("short part")]
    [InlineData("no part")]
    public async Task S_23_what_a_restart_finds_and_cannot_use_is_read_again(string kind)
    {
        await using var rig = new DownloadRig();
        var content = rig.Peer.Content = DownloadRig.Ndjson(5_000);
        var request = rig.Request();
        rig.Peer.CutAfter = _ => 150_000;
        rig.Options = rig.Options with { MostFruitless = 1, MostAttempts = 1 };
        Assert.Equal(FileFaultCode.Unreachable, (await rig.FetchAsync(request)).Fault!.Code);
        var part = request.Path + ".part";
        if (kind == "broken note")
            await File.WriteAllTextAsync(part + ".json", "{\"url\":");
        if (kind == "short part")
            await File.WriteAllTextAsync(part, "{");
        if (kind == "no part")
            File.Delete(part);
        rig.Peer.CutAfter = _ => null;
        rig.Options = new();
        var asked = rig.Peer.Requests.Count;
        Assert.True((await rig.FetchAsync(kind == "other file" ? request with { Url = rig.Peer.Http.Url("/other") } : request, content)).IsWhole);
        Assert.Null(Assert.Single(rig.Peer.Requests.Skip(asked)).Header("Range"));
    }

    private static IEnumerable<int> OffsetsOf(int length, int count = Offsets) => Enumerable.Range(0, count).Select(i => (int)((long)i * length / count));

    private sealed class Reports(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
