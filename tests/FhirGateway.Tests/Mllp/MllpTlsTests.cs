using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FhirGateway.Adapters.Mllp;
using FhirGateway.Organizations;
using FhirGateway.Tests.State;

namespace FhirGateway.Tests.Mllp;

/// <summary>Who is let in with TLS, who is not, and for how long.</summary>
public sealed class MllpTlsTests
{
    private static readonly DateTimeOffset Day = new(2026, 6, 15, 15, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_sender_is_known_by_its_certificate_its_key_or_a_name_that_the_authority_signed(SslProtocols protocol)
    {
        await using var rig = await TlsRig.StartAsync();
        var certificates = Enumerable.Range(0, 3).Select(i => rig.Certificates.Make($"h{i}.example", rig.Certificates.Authority)).ToList();
        rig.Know(("by-hash", [TlsRig.PinOf(certificates[0])]), ("by-key", [TlsRig.KeyOf(certificates[1])]), ("by-name", ["DNS:h2.example"]));
        foreach (var (certificate, source) in certificates.Zip(["by-hash", "by-key", "by-name"]))
        {
            await using var wire = await rig.ConnectAsync(certificate, protocol);
            Assert.Equal(protocol, wire.SslProtocol);
            for (var i = 0; i < 3; i++)
                Assert.Equal(source, await TlsRig.SendAsync(wire, "m"));
        }

        Assert.Empty(rig.Refused);
    }

    [Fact]
    public async Task S_01_who_has_no_certificate_a_bad_one_or_one_that_nobody_mapped_is_closed_noted_and_not_read()
    {
        await using var rig = await TlsRig.StartAsync();
        var (c, ca) = (rig.Certificates, rig.Certificates.Authority);
        var expired = c.Make("a.example", ca, -60, -1);
        var early = c.Make("b.example", ca, 1, 60);
        var foreign = c.Make("c.example", c.Foreign);
        var selfSigned = c.Make("c.example", null);
        var server = c.Make("d.example", ca, forServer: true);
        rig.Know(("mary", [TlsRig.PinOf(expired), TlsRig.PinOf(early), TlsRig.PinOf(foreign), TlsRig.PinOf(selfSigned), TlsRig.PinOf(server), "DNS:c.example"]));
        foreach (var (certificate, reason) in new[]
        {
            (null, "no-certificate"), (expired, "certificate-expired"), (early, "certificate-not-yet-valid"), (foreign, "untrusted-certificate"),
            (selfSigned, "untrusted-certificate"), (server, "untrusted-certificate"), (c.Make("unmapped.example", ca), "unknown-certificate"),
        })
        {
            Assert.Null(await rig.TryAsync(certificate));
            Assert.Equal((null, reason), await rig.RefusalAsync());
        }

        Assert.Empty(rig.Taken);
        Assert.Equal((0L, 7L), (rig.Counters.Frames, rig.Counters.Unauthenticated));
    }

    [Fact]
    public async Task S_01_plaintext_and_old_TLS_on_the_TLS_port_are_closed_and_a_mere_probe_is_nothing()
    {
        await using var rig = await TlsRig.StartAsync();
        var certificate = rig.Certificates.Make("h.example", rig.Certificates.Authority);
        rig.Know(("mary", [TlsRig.PinOf(certificate)]));
        using (var plain = new TcpClient())
        {
            await plain.ConnectAsync(rig.Address, TestContext.Current.CancellationToken);
            Assert.Null(await TlsRig.SendAsync(plain.GetStream(), "MSH|^~\\&|secret"));
        }

        Assert.Equal((null, "plaintext"), await rig.RefusalAsync());
#pragma warning disable CA5397, SYSLIB0039 // That it is refused is what is tested.
        await Assert.ThrowsAnyAsync<Exception>(() => rig.ConnectAsync(certificate, SslProtocols.Tls11));
#pragma warning restore CA5397, SYSLIB0039
        using (var broken = new TcpClient())
        {
            await broken.ConnectAsync(rig.Address, TestContext.Current.CancellationToken);
            Assert.Null(await TlsRig.SendAsync(broken.GetStream(), "x"));
        }

        using (var probe = new TcpClient())
            await probe.ConnectAsync(rig.Address, TestContext.Current.CancellationToken);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(rig.Refused, r => r.Reason is not ("plaintext" or "handshake-failed"));
        Assert.Empty(rig.Taken);
        Assert.Equal("mary", await rig.TryAsync(certificate));
    }

    [Fact]
    public async Task S_01_without_an_authority_only_what_is_pinned_is_taken_and_names_count_nothing()
    {
        await using var rig = await TlsRig.StartAsync(withAuthority: false);
        var own = rig.Certificates.Make("h.example", null);
        var alike = rig.Certificates.Make("h.example", null);
        rig.Know(("mary", [TlsRig.PinOf(own), "DNS:h.example"]));
        Assert.Equal("mary", await rig.TryAsync(own));
        Assert.Null(await rig.TryAsync(alike));
        Assert.Equal("unknown-certificate", (await rig.RefusalAsync()).Reason);
    }

    [Fact]
    public async Task S_01_a_certificate_for_the_names_of_two_sources_is_nobodys()
    {
        await using var rig = await TlsRig.StartAsync();
        var key = rig.Certificates.MakeKey();
        var request = new CertificateRequest("CN=both", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("one.example");
        names.AddDnsName("two.example");
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(rig.Certificates.Authority, rig.Certificates.Now.AddDays(-1), rig.Certificates.Now.AddDays(1), [1, 2, 3]);
        using var both = signed.CopyWithPrivateKey(key);
        rig.Know(("one", ["DNS:one.example"]), ("two", ["DNS:two.example"]));
        Assert.Null(await rig.TryAsync(both));
        Assert.Equal("unknown-certificate", (await rig.RefusalAsync()).Reason);
        rig.Know(("one", ["DNS:one.example"]));
        Assert.Equal("one", await rig.TryAsync(both));
    }

    [Fact]
    public async Task S_01_a_certificate_with_a_broken_extension_is_closed_and_disturbs_nobody()
    {
        await using var rig = await TlsRig.StartAsync();
        var good = rig.Certificates.Make("good.example", rig.Certificates.Authority);
        var key = rig.Certificates.MakeKey();
        rig.Know(("mary", [TlsRig.PinOf(good), "DNS:broken.example"]));
        foreach (var oid in new[] { "2.5.29.17", "2.5.29.37", "2.5.29.19" })
        {
            var request = new CertificateRequest("CN=broken.example", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509Extension(oid, [0x30, 0x7F, 0x01], critical: false));
            using var signed = request.Create(rig.Certificates.Authority, rig.Certificates.Now.AddDays(-1), rig.Certificates.Now.AddDays(1), [9, 9]);
            using var broken = signed.CopyWithPrivateKey(key);
            Assert.Null(await rig.TryAsync(broken));
            Assert.Contains((await rig.RefusalAsync()).Reason, (string[])["untrusted-certificate", "unknown-certificate", "handshake-failed"]);
            Assert.Equal("mary", await rig.TryAsync(good));
        }
    }

    [Fact]
    public async Task S_01_a_certificate_that_is_taken_out_of_the_settings_ends_its_open_connections()
    {
        await using var rig = await TlsRig.StartAsync();
        var certificate = rig.Certificates.Make("h.example", rig.Certificates.Authority);
        rig.Know(("mary", [TlsRig.PinOf(certificate)]));
        await using var busy = await rig.ConnectAsync(certificate);
        await using var idle = await rig.ConnectAsync(certificate);
        Assert.Equal("mary", await TlsRig.SendAsync(busy, "one"));
        Assert.Equal("mary", await TlsRig.SendAsync(idle, "two"));
        rig.Know(("mary", []), ("other", [TlsRig.PinOf(certificate)]));
        Assert.Null(await TlsRig.SendAsync(busy, "three"));
        Assert.Equal("mary", (await rig.RefusalAsync()).Source);
        // Nothing is sent on the other: it is found within a second or two all the same.
        Assert.Equal(0, await ReadAsync(idle));
        Assert.Equal(("mary", "unknown-certificate"), await rig.RefusalAsync());
        Assert.Equal(["one", "two"], rig.Taken);
        Assert.Equal("other", await rig.TryAsync(certificate));
    }

    [Fact]
    public async Task S_01_a_certificate_that_runs_out_ends_its_open_connections()
    {
        var clock = new ManualClock(Day);
        await using var rig = await TlsRig.StartAsync(clock: clock);
        var certificate = rig.Certificates.Make("h.example", rig.Certificates.Authority, -1, 1);
        rig.Know(("mary", [TlsRig.PinOf(certificate)]));
        await using var wire = await rig.ConnectAsync(certificate);
        Assert.Equal("mary", await TlsRig.SendAsync(wire, "one"));
        clock.Now += TimeSpan.FromDays(1.01);
        Assert.Null(await TlsRig.SendAsync(wire, "two"));
        Assert.Equal("certificate-expired", (await rig.RefusalAsync()).Reason);
        Assert.Equal(["one"], rig.Taken);
    }

    [Fact]
    public async Task S_01_an_authority_that_is_taken_away_ends_what_it_vouched_for()
    {
        await using var rig = await TlsRig.StartAsync();
        var certificate = rig.Certificates.Make("h.example", rig.Certificates.Authority);
        rig.Know(("mary", ["DNS:h.example"]));
        await using var wire = await rig.ConnectAsync(certificate);
        Assert.Equal("mary", await TlsRig.SendAsync(wire, "one"));
        await File.WriteAllTextAsync(rig.AuthorityFile, rig.Certificates.Foreign.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await Task.Delay(1200, TestContext.Current.CancellationToken);
        Assert.Null(await TlsRig.SendAsync(wire, "two"));
        Assert.Equal("untrusted-certificate", (await rig.RefusalAsync()).Reason);
    }

    [Fact]
    public async Task An_intermediate_that_the_sender_sends_along_leads_to_the_authority()
    {
        await using var rig = await TlsRig.StartAsync();
        var key = rig.Certificates.MakeKey();
        var request = new CertificateRequest("CN=Issuing CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var signed = request.Create(rig.Certificates.MakeRootFor(rig.AuthorityFile), rig.Certificates.Now.AddDays(-2), rig.Certificates.Now.AddDays(60), [7, 7, 7]);
        using var issuing = signed.CopyWithPrivateKey(key);
        await Task.Delay(1200, TestContext.Current.CancellationToken);
        var certificate = rig.Certificates.Make("h.example", issuing);
        rig.Know(("mary", ["DNS:h.example"]));
        Assert.Equal("mary", await rig.TryAsync(certificate, sentAlong: [issuing]));
        Assert.Null(await rig.TryAsync(certificate));
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart_and_a_broken_one_leaves_the_old_in_force()
    {
        await using var rig = await TlsRig.StartAsync();
        var own = rig.Certificates.Make("h.example", rig.Certificates.Authority);
        rig.Know(("mary", [TlsRig.PinOf(own)]));
        await using var open = await rig.ConnectAsync(own);
        Assert.Equal("mary", await TlsRig.SendAsync(open, "one"));
        var before = rig.LastServer;
        await File.WriteAllTextAsync(rig.ServerFile, "-----BEGIN CERTIFICATE-----\nnonsense", TestContext.Current.CancellationToken);
        await Task.Delay(1200, TestContext.Current.CancellationToken);
        Assert.Equal("mary", await rig.TryAsync(own));
        Assert.Equal(before, rig.LastServer);
        var renewed = rig.Certificates.Make("localhost", rig.Certificates.Authority, forServer: true);
        await File.WriteAllTextAsync(rig.ServerFile, TestCertificates.Pem(renewed), TestContext.Current.CancellationToken);
        await Task.Delay(1200, TestContext.Current.CancellationToken);
        Assert.Equal("mary", await rig.TryAsync(own));
        Assert.Equal(renewed.GetCertHashString(), rig.LastServer);
        Assert.Equal("mary", await TlsRig.SendAsync(open, "two"));
    }

    [Fact]
    public async Task S_03_a_handshake_that_stalls_or_trickles_is_given_up_and_a_good_sender_gets_through_beside_it()
    {
        var options = new MllpOptions { HandshakeTimeout = TimeSpan.FromSeconds(2), MaxHandshakes = 20, MaxConnectionsPerPeer = 200 };
        await using var rig = await TlsRig.StartAsync(options: options);
        var certificate = rig.Certificates.Make("h.example", rig.Certificates.Authority);
        rig.Know(("mary", [TlsRig.PinOf(certificate)]));
        await using var known = await rig.ConnectAsync(certificate);
        var stalled = new List<TcpClient>();
        for (var i = 0; i < 40; i++)
        {
            var client = new TcpClient { NoDelay = true };
            stalled.Add(client);
            try
            {
                await client.ConnectAsync(rig.Address, TestContext.Current.CancellationToken);
                // The beginning of a ClientHello, never ended; half of them say nothing at all.
                if (i % 2 == 0)
                    await client.GetStream().WriteAsync((byte[])[22, 3, 1, 1, 0, 1], TestContext.Current.CancellationToken);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // Beyond the cap: closed at once, perhaps before it was open here.
            }
        }

        for (var i = 0; i < 5; i++)
            Assert.Equal("mary", await TlsRig.SendAsync(known, "m"));
        for (var i = 0; i < 500 && rig.Counters.Connections > 1; i++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(1, rig.Counters.Connections);
        Assert.Equal((20L, 20L), (rig.Counters.TimedOut, rig.Counters.Refused));
        Assert.Contains(rig.Refused, r => r.Reason == "handshake-timeout");
        Assert.Equal("mary", await rig.TryAsync(certificate));
        stalled.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task A_stop_answers_the_message_in_hand_says_goodbye_and_waits_for_no_handshake()
    {
        var rig = await TlsRig.StartAsync();
        var certificate = rig.Certificates.Make("h.example", rig.Certificates.Authority);
        rig.Know(("mary", [TlsRig.PinOf(certificate)]));
        await using var wire = await rig.ConnectAsync(certificate);
        Assert.Equal("mary", await TlsRig.SendAsync(wire, "one"));
        using var half = new TcpClient();
        await half.ConnectAsync(rig.Address, TestContext.Current.CancellationToken);
        var stop = rig.DisposeAsync().AsTask();
        Assert.Equal(0, await ReadAsync(wire));
        await stop.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_client_trusts_the_given_authority_only_and_shows_its_certificate()
    {
        await using var rig = await TlsRig.StartAsync();
        var certificate = rig.Certificates.Make("h.example", rig.Certificates.Authority);
        rig.Know(("mary", [TlsRig.PinOf(certificate)]));
        var mine = CertificateFile.ReadWithKey(Encoding.ASCII.GetBytes(TestCertificates.Pem(certificate)), null, null);
        await Assert.ThrowsAsync<AuthenticationException>(() => MllpClient.ConnectAsync(
            "localhost", rig.Address.Port, null, new MllpClientTls { Authorities = [rig.Certificates.Foreign], Certificate = mine }, TestContext.Current.CancellationToken));
        await using var client = await MllpClient.ConnectAsync(
            "localhost", rig.Address.Port, null, new MllpClientTls { Authorities = [rig.Certificates.Authority], Certificate = mine }, TestContext.Current.CancellationToken);
        Assert.Equal("mary", Encoding.UTF8.GetString(await client.SendAsync("no header"u8.ToArray(), TlsRig.Soon, TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("SHA256:AB:cd", null)]
    [InlineData("DNS:Host.Example.", "DNS:host.example")]
    [InlineData("DNS:*.example", null)]
    [InlineData("dns:h", "DNS:h")]
    [InlineData("CN=mary", null)]
    [InlineData("KEY:zz", null)]
    public void A_name_of_a_certificate_has_one_spelling(string text, string? name) => Assert.Equal(name, CertificateName.Parse(text));

    [Fact]
    public void A_fingerprint_may_be_pasted_as_tools_print_it()
    {
        var plain = string.Concat(Enumerable.Repeat("0aFf", 16));
        var colons = string.Join(':', plain.Chunk(2).Select(c => new string(c)));
        Assert.Equal(CertificateName.Parse("SHA256:" + plain), CertificateName.Parse("sha256: " + colons.ToUpperInvariant()));
        Assert.Equal("SHA256:" + plain.ToLowerInvariant(), CertificateName.Parse("SHA256:" + colons));
    }

    [Fact]
    public void A_file_that_holds_no_usable_certificate_is_named_by_its_fault_and_not_by_its_content()
    {
        using var certificates = new TestCertificates();
        var one = certificates.Make("a.example", null);
        var other = certificates.Make("b.example", null);
        var pem = Encoding.ASCII.GetBytes(one.ExportCertificatePem());
        var wrongKey = Encoding.ASCII.GetBytes(TestCertificates.KeyPem(other));
        foreach (var read in new Action[]
        {
            () => CertificateFile.Read("SECRET"u8.ToArray()),
            () => CertificateFile.Read([]),
            () => CertificateFile.ReadWithKey(pem, null, null),
            () => CertificateFile.ReadWithKey(pem, wrongKey, null),
            () => CertificateFile.ReadWithKey(one.Export(X509ContentType.Pkcs12, "right"), null, "wrong"),
        })
            Assert.DoesNotContain("SECRET", Assert.Throws<InvalidDataException>(read).Message, StringComparison.Ordinal);
        Assert.True(CertificateFile.ReadWithKey(one.Export(X509ContentType.Pkcs12, "right"), null, "right")[0].HasPrivateKey);
        Assert.True(CertificateFile.ReadWithKey(pem, Encoding.ASCII.GetBytes(TestCertificates.KeyPem(one)), null)[0].HasPrivateKey);
    }

    private static async Task<int> ReadAsync(Stream wire)
    {
        try
        {
            return await wire.ReadAsync(new byte[1]).AsTask().WaitAsync(TlsRig.Soon);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
