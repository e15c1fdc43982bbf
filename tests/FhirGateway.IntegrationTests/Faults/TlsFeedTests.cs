using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using FhirGateway.Tests.Mllp;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>A served gateway with a TLS listener, and hospitals with broken, expired, foreign and borrowed certificates.</summary>
public sealed class TlsFeedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task S_01_only_a_mapped_certificate_gets_in_everything_else_is_closed_audited_and_leaves_no_rows()
    {
        using var certificates = new TestCertificates();
        await using var feed = await TlsFeed.StartAsync(certificates);
        var ca = certificates.Authority;
        var expired = certificates.Make("mary.example", ca, -60, -1);
        var early = certificates.Make("mary.example", ca, 1, 60);
        var foreign = certificates.Make("mary.example", certificates.Foreign);
        foreach (var bad in new[] { null, expired, early, foreign, certificates.Make("stranger.example", ca), certificates.Make("mary.example", null) })
            Assert.Null(await feed.TryAsync(bad, FaultWorld.Admit(2, "VBAD", "BAD", "Canaryphi")));
        using (var plain = await RawMllp.ConnectAsync(feed.Tls))
        {
            await plain.SendAsync(RawMllp.Frame(FaultWorld.Admit(2, "VBAD", "BAD", "Canaryphi")));
            Assert.Null(await plain.ReceiveAsync(Patience));
        }

        Assert.Equal(0, (await feed.Gateway.RunAsync("status")).Expect(0).Json.GetProperty("messages").GetInt64());
        Assert.Equal("AA", RawMllp.Codes(await feed.TryAsync(feed.Mary, FaultWorld.Admit(2, "VGOOD", "GOOD"))));
        // The name that the authority signed is enough; a renewal needs no change here.
        Assert.Equal("AA", RawMllp.Codes(await feed.TryAsync(certificates.Make("mary.example", ca), FaultWorld.Admit(4, "VNEW", "NEW"))));
        var audit = await feed.StopAsync();
        foreach (var reason in new[] { "no-certificate", "certificate-expired", "certificate-not-yet-valid", "untrusted-certificate", "unknown-certificate", "plaintext" })
            Assert.Contains($$"""{"route":"mllp-tls","reason":"{{reason}}","count":""", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("Canaryphi", audit + feed.Gateway.Log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task S_01_a_certificate_that_is_taken_out_of_the_settings_ends_its_connections_and_a_new_one_is_in_force_at_once()
    {
        using var certificates = new TestCertificates();
        await using var feed = await TlsFeed.StartAsync(certificates);
        var pinned = certificates.Make("elsewhere.example", certificates.Authority);
        feed.Gateway.Write("pinned.pem", pinned.ExportCertificatePem());
        (await feed.Gateway.RunAsync("source", "set", "general", "--certificate", "pinned.pem")).Expect(0);
        await using var open = await feed.ConnectAsync(pinned);
        Assert.Equal("AA", RawMllp.Codes(await feed.SendAsync(open, FaultWorld.Admit(2, "V1", "ONE"))));
        Assert.Null(await feed.TryAsync(feed.Mary, FaultWorld.Admit(2, "V1", "OLD")));
        (await feed.Gateway.RunAsync("source", "set", "general", "--clear", "certificate")).Expect(0);
        Assert.Null(await feed.SendAsync(open, FaultWorld.Admit(4, "V2", "TWO")));
        await feed.HasMessagesAsync(1);
        // One certificate, one source.
        (await feed.Gateway.RunAsync("source", "set", "general", "--certificate", "pinned.pem")).Expect(0);
        (await feed.Gateway.RunAsync("source", "set", "other", "--certificate", "pinned.pem")).Expect(2);
        (await feed.Gateway.RunAsync("source", "set", "other", "--certificate", "nonsense")).Expect(2);
        var audit = await feed.StopAsync();
        Assert.Contains("""{"client":"general","route":"mllp-tls","reason":"unknown-certificate","count":1}""", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S_02_a_sender_may_speak_for_its_own_facilities_only()
    {
        using var certificates = new TestCertificates();
        await using var feed = await TlsFeed.StartAsync(certificates);
        await using var mary = await feed.ConnectAsync(feed.Mary);
        var foreign = Encoding.UTF8.GetString(FaultWorld.Admit(2, "VSPOOF", "SPOOF", "Canaryphi")).Replace("|FAULTHOSP|GATEWAY", "|OTHERHOSP|GATEWAY", StringComparison.Ordinal);
        foreach (var message in new[] { foreign, foreign.Replace("|OTHERHOSP|", "|NOBODY|", StringComparison.Ordinal), foreign.Replace("|OTHERHOSP|", "||", StringComparison.Ordinal) })
        {
            var answer = await feed.SendAsync(mary, Encoding.UTF8.GetBytes(message));
            Assert.Equal("AR", RawMllp.Codes(answer));
            Assert.Contains("\rERR||MSH^1^4|204^", answer, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await feed.Gateway.RunAsync("status")).Expect(0).Json.GetProperty("messages").GetInt64());
        Assert.Equal("AA", RawMllp.Codes(await feed.SendAsync(mary, FaultWorld.Admit(2, "V1", "MINE"))));
        var audit = await feed.StopAsync();
        Assert.Contains("""{"client":"general","route":"mllp-tls","reason":"foreign-facility","count":""", audit, StringComparison.Ordinal);
        Assert.All(Directory.EnumerateFiles(Path.Combine(feed.Gateway.Data, "journal")), f =>
            Assert.DoesNotContain("Canaryphi", Encoding.Latin1.GetString(File.ReadAllBytes(f)), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task S_03_five_hundred_handshakes_at_a_byte_a_second_do_not_slow_a_good_sender()
    {
        using var certificates = new TestCertificates();
        await using var feed = await TlsFeed.StartAsync(certificates);
        await using var good = await feed.ConnectAsync(feed.Mary);
        for (var i = 0; i < 100; i++)
            await feed.SendAsync(good, FaultWorld.Admit(i, Text($"W{i}"), Text($"WARM{i}")));
        var before = feed.Gateway.Memory("VmRSS");
        var slow = new List<RawMllp>();
        byte[] hello = [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3];
        try
        {
            for (var i = 0; i < 500; i++)
                slow.Add(await RawMllp.ConnectAsync(feed.Tls, Text($"127.0.0.{2 + i / 100}")));
            var times = new List<TimeSpan>();
            var since = Stopwatch.GetTimestamp();
            for (var second = 0; second < 6; second++)
            {
                foreach (var socket in slow)
                    await IgnoringResetAsync(() => socket.SendAsync(hello.AsMemory(second, 1)));
                while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(second + 1))
                {
                    var id = Text($"GOOD{times.Count}");
                    var from = Stopwatch.GetTimestamp();
                    Assert.Equal("AA", RawMllp.Codes(await feed.SendAsync(good, FaultWorld.Admit(times.Count % FaultWorld.Patients, id, id))));
                    times.Add(Stopwatch.GetElapsedTime(from));
                    await Task.Delay(10, TestContext.Current.CancellationToken);
                }
            }

            times.Sort();
            var p99 = times[times.Count * 99 / 100];
            var growth = feed.Gateway.Memory("VmRSS") - before;
            TestContext.Current.TestOutputHelper?.WriteLine($"{times.Count} messages beside 500 slow handshakes: p99 {p99.TotalMilliseconds:0} ms, memory grew by {growth >> 20} MiB");
            Assert.True(p99 < TimeSpan.FromSeconds(1), $"p99 {p99}");
            Assert.True(growth < 100 << 20, $"grew by {growth >> 20} MiB");
        }
        finally
        {
            slow.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task S_04_bytes_cut_and_littered_on_their_way_through_TLS_are_the_same_messages()
    {
        using var certificates = new TestCertificates();
        await using var feed = await TlsFeed.StartAsync(certificates);
        await using var wire = await feed.ConnectAsync(feed.Mary);
        byte[] stream = [.. "\r\n\0"u8, .. RawMllp.Frame(FaultWorld.Admit(2, "V1", "CUT1")), .. "\n"u8, 0x0B, .. FaultWorld.Admit(3, "V2", "LOST")[..200], .. RawMllp.Frame(FaultWorld.Admit(4, "V3", "CUT2"))];
        foreach (var chunk in stream.Chunk(7))
            await wire.WriteAsync(chunk, TestContext.Current.CancellationToken);
        Assert.Contains("MSA|AA|CUT1\r", await feed.ReceiveAsync(wire), StringComparison.Ordinal);
        Assert.Contains("MSA|AA|CUT2\r", await feed.ReceiveAsync(wire), StringComparison.Ordinal);
        // An end where a patient is in the middle: nothing after it can be trusted.
        var message = FaultWorld.Admit(5, "V4", "BROKEN");
        await wire.WriteAsync((byte[])[0x0B, .. message[..150], 0x1C, .. message[150..], 0x1C, 0x0D], TestContext.Current.CancellationToken);
        Assert.Null(await feed.ReceiveAsync(wire));
        await feed.HasMessagesAsync(2);
    }

    [Fact]
    public async Task S_05_and_S_06_hostile_delimiters_repeats_and_control_ids_are_answered_soon_and_echo_no_structure()
    {
        using var certificates = new TestCertificates();
        await using var feed = await TlsFeed.StartAsync(certificates);
        await using var wire = await feed.ConnectAsync(feed.Mary);
        var admit = Encoding.UTF8.GetString(FaultWorld.Admit(2, "V1", "CTL"));
        foreach (var (message, id) in new[]
        {
            (admit.Replace("^^^FAULTHOSP^MR", "^^^FAULTHOSP^MR" + string.Concat(Enumerable.Repeat("~X", 100_000)), StringComparison.Ordinal), "CTL"),
            (admit + "ZZZ|" + string.Concat(Enumerable.Repeat("\\E\\\\X41\\", 60_000)) + "\r", "CTL"),
            (admit + string.Concat(Enumerable.Repeat("ZZZ|\r", 100_000)), "CTL"),
            (admit.Replace("|CTL|", "|\\X0D\\MSA\\F\\AA\\F\\9|", StringComparison.Ordinal), "\\X0D\\MSA\\F\\AA\\F\\9"),
            (admit.Replace("|CTL|", "|a\u0007\u0000b|", StringComparison.Ordinal), "a\\X07\\\\X00\\b"),
        })
        {
            var from = Stopwatch.GetTimestamp();
            var answer = await feed.SendAsync(wire, Encoding.UTF8.GetBytes(message));
            Assert.True(Stopwatch.GetElapsedTime(from) < TimeSpan.FromSeconds(5));
            var segments = answer!.TrimStart('\u000b').Split('\r', StringSplitOptions.RemoveEmptyEntries).Where(s => s[0] != 0x1C).ToList();
            Assert.Equal("MSH MSA", string.Join(' ', segments.Take(2).Select(s => s[..3])));
            Assert.True(segments.Count == 2 || (segments.Count == 3 && segments[2].StartsWith("ERR|", StringComparison.Ordinal)), answer);
            Assert.Equal(id, segments[1].Split('|')[2]);
        }

        var odd = await feed.SendAsync(wire, Encoding.UTF8.GetBytes(admit.Replace('|', '!').Replace('^', '$')));
        Assert.Contains("\rMSA!AA!CTL\r", odd, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S_07_where_it_is_so_configured_a_known_control_id_over_other_bytes_is_an_error_also_after_a_restart()
    {
        using var certificates = new TestCertificates();
        await using var feed = await TlsFeed.StartAsync(certificates);
        (await feed.Gateway.RunAsync("source", "set", "general", "--changed-repeat", "refuse")).Expect(0);
        var (first, changed) = (FaultWorld.Admit(2, "V1", "SAME"), FaultWorld.Admit(4, "V2", "SAME"));
        await using (var wire = await feed.ConnectAsync(feed.Mary))
        {
            Assert.Equal("AA", RawMllp.Codes(await feed.SendAsync(wire, first)));
            Assert.Equal("AA", RawMllp.Codes(await feed.SendAsync(wire, first)));
            var refused = await feed.SendAsync(wire, changed);
            Assert.Equal("AE", RawMllp.Codes(refused));
            Assert.Contains("\rERR||MSH^1^10|205^", refused, StringComparison.Ordinal);
        }

        await feed.Gateway.KillAsync();
        await feed.Gateway.StartAsync();
        await feed.HasMessagesAsync(2);
        Assert.Equal("AE", RawMllp.Codes(await feed.TryAsync(feed.Mary, changed)));
        Assert.Equal("AA", RawMllp.Codes(await feed.TryAsync(feed.Mary, first)));
        (await feed.Gateway.RunAsync("source", "set", "general", "--changed-repeat", "accept")).Expect(0);
        Assert.Equal("AA", RawMllp.Codes(await feed.TryAsync(feed.Mary, changed)));
    }

    [Fact]
    public async Task S_09_each_character_set_is_answered_by_what_its_bytes_are()
    {
        using var certificates = new TestCertificates();
        await using var feed = await TlsFeed.StartAsync(certificates);
        await using var wire = await feed.ConnectAsync(feed.Mary);
        var text = Encoding.UTF8.GetString(FaultWorld.Admit(2, "V1", "CS", "Müñ"));
        var utf8 = text.Replace("|P|2.5.1\r", "|P|2.5.1||||||UNICODE UTF-8\r", StringComparison.Ordinal);
        var latin = text.Replace("|P|2.5.1\r", "|P|2.5.1||||||8859/1\r", StringComparison.Ordinal);
        Assert.Equal("AA", RawMllp.Codes(await feed.SendAsync(wire, Encoding.UTF8.GetBytes(utf8))));
        Assert.Equal("AA", RawMllp.Codes(await feed.SendAsync(wire, Encoding.Latin1.GetBytes(latin))));
        var broken = await feed.SendAsync(wire, Encoding.Latin1.GetBytes(utf8));
        Assert.Equal("AE", RawMllp.Codes(broken));
        Assert.Contains("\rERR||MSH^1^18|102^", broken, StringComparison.Ordinal);
        Assert.Equal("AE", RawMllp.Codes(await feed.SendAsync(wire, [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)])));
        // The error is the sender's to mend, and the bytes are kept all the same: four entries, two of them held.
        await feed.HasMessagesAsync(4);
        (await feed.Gateway.RunAsync("source", "set", "general", "--charset", "8859/1")).Expect(0);
        Assert.Equal("AA", RawMllp.Codes(await feed.SendAsync(wire, Encoding.Latin1.GetBytes(utf8.Replace("|CS|", "|CS2|", StringComparison.Ordinal)))));
    }

    [Fact]
    public async Task In_enhanced_mode_each_level_that_is_asked_for_is_answered_in_its_turn_on_the_same_connection()
    {
        using var certificates = new TestCertificates();
        await using var feed = await TlsFeed.StartAsync(certificates);
        using var wire = await RawMllp.ConnectAsync(feed.Gateway.Mllp);
        byte[] Asking(string id, string asked) => Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(FaultWorld.Admit(2, "V" + id, id)).Replace("|P|2.5.1\r", $"|P|2.5.1|||{asked}\r", StringComparison.Ordinal));
        // Nothing comes back for the first; the two frames of the second, the one of the third, follow at once.
        await wire.SendAsync((byte[])[.. RawMllp.Frame(Asking("E1", "NE|NE")), .. RawMllp.Frame(Asking("E2", "AL|AL")), .. RawMllp.Frame(Asking("E3", "NE|AL"))]);
        var answers = "";
        while (!answers.Contains("MSA|AA|E3", StringComparison.Ordinal))
            answers += await wire.ReceiveAsync(Patience) ?? throw new IOException("closed");
        Assert.Equal("CA AA AA", RawMllp.Codes(answers));
        Assert.DoesNotContain("|E1\r", answers, StringComparison.Ordinal);
        Assert.True(answers.IndexOf("MSA|CA|E2", StringComparison.Ordinal) < answers.IndexOf("MSA|AA|E2", StringComparison.Ordinal));
        Assert.Equal(3, answers.Count(c => c == '\u000b'));
        var file = feed.Gateway.Write("enhanced.hl7", [.. Asking("S1", "AL|AL"), .. Asking("S2", "NE|NE"), .. Asking("S3", "ER|NE")]);
        var sent = (await feed.Gateway.RunAsync("adt", "send", file, "--to", feed.Gateway.Mllp.ToString())).Expect(0);
        Assert.Equal("S1\tAA\nS2\t--\nS3\t--\n", sent.Output);
    }

    [Fact]
    public async Task Adt_send_over_TLS_reports_codes_latencies_and_failures_and_exits_by_them()
    {
        using var certificates = new TestCertificates();
        await using var feed = await TlsFeed.StartAsync(certificates);
        var gateway = feed.Gateway;
        gateway.Write("mary.pem", feed.Mary.ExportCertificatePem());
        gateway.Write("mary.key", TestCertificates.KeyPem(feed.Mary));
        gateway.Write("foreign-ca.pem", certificates.Foreign.ExportCertificatePem());
        gateway.Write("stranger.pem", TestCertificates.Pem(certificates.Make("stranger.example", certificates.Authority)));
        gateway.Write("good.hl7", [.. FaultWorld.Admit(2, "V1", "A1"), .. FaultWorld.Admit(4, "V2", "A2")]);
        gateway.Write("mixed.hl7", [.. FaultWorld.Admit(2, "V1", "A3"), .. Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(FaultWorld.Admit(4, "V2", "A4")).Replace("PV1|", "ZV1|", StringComparison.Ordinal))]);
        var to = Text($"localhost:{feed.Tls.Port}");
        string[] own = ["--tls", "--ca", "ca.pem", "--certificate", "mary.pem", "--key", "mary.key"];
        var fine = (await gateway.RunAsync(["adt", "send", "good.hl7", "--to", to, .. own])).Expect(0);
        Assert.Equal("A1\tAA\nA2\tAA\n", fine.Output);
        Assert.Contains("2 messages to " + to, fine.Error, StringComparison.Ordinal);
        var many = (await gateway.RunAsync(["adt", "send", "good.hl7", "--to", to, .. own, "--connections", "4", "--repeat", "50", "--rate", "100", "--new-ids", "--summary"])).Expect(0);
        Assert.Empty(many.Output);
        Assert.Contains("AA 100;", many.Error, StringComparison.Ordinal);
        Assert.Contains("p99", many.Error, StringComparison.Ordinal);
        var renamed = (await gateway.RunAsync(["adt", "send", "good.hl7", "--to", to, .. own, "--new-ids"])).Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["-1\tAA", "-2\tAA"], renamed.Select(l => l[l.IndexOf('-', StringComparison.Ordinal)..]));
        var mixed = (await gateway.RunAsync(["adt", "send", "mixed.hl7", "--to", to, .. own])).Expect(1);
        Assert.Equal("A3\tAA\nA4\tAE\tPV1: required segment missing\n", mixed.Output);
        Assert.Contains("AA 1, AE 1;", mixed.Error, StringComparison.Ordinal);
        Assert.Contains("TLS failed", (await gateway.RunAsync("adt", "send", "good.hl7", "--to", to, "--tls", "--ca", "foreign-ca.pem")).Expect(2).Error, StringComparison.Ordinal);
        // TLS 1.3 tells a refused client only when it reads: every message is counted as unanswered.
        var stranger = await gateway.RunAsync("adt", "send", "good.hl7", "--to", to, "--tls", "--ca", "ca.pem", "--certificate", "stranger.pem");
        Assert.True(stranger.Exit == 2 || stranger.Output.Count(c => c == '\n') == 2, stranger.Error);
        Assert.NotEqual(0, stranger.Exit);
        (await gateway.RunAsync("adt", "send", "good.hl7", "--to", to, "--ca", "ca.pem")).Expect(2);
        (await gateway.RunAsync(["adt", "send", "good.hl7", "--to", to, .. own[..^1], "mary.pem"])).Expect(2);
        (await gateway.RunAsync("adt", "send", "good.hl7", "--to", to, "--connections", "0")).Expect(2);
        (await gateway.RunAsync("adt", "send", "good.hl7", "--to", gateway.Mllp.ToString(), "--tls", "--ca", "ca.pem")).Expect(2);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static async Task IgnoringResetAsync(Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (SocketException)
        {
            // Given up by the gateway: that is allowed.
        }
    }
}
