using System.Net;
using System.Net.Sockets;
using FhirGateway.Adapters.Egress;
using FhirGateway.Organizations;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Egress;

/// <summary>Where requests cannot go, however it is spelled.</summary>
public sealed class EgressTargetTests
{
    /// <summary>{0} is the port of a canary on 127.0.0.1.</summary>
    private static readonly string[] Spellings =
    [
        "https://127.0.0.1:{0}/", "http://127.0.0.1:{0}/", "https://127.1:{0}/", "https://127.0.1:{0}/", "https://2130706433:{0}/", "https://0x7f000001:{0}/", "https://0x7f.0x0.0x0.0x1:{0}/",
        "https://0177.0.0.1:{0}/", "https://017700000001:{0}/", "https://127.000.000.001:{0}/", "https://127.0.0.1.:{0}/", "https://0:{0}/", "https://0.0.0.0:{0}/", "https://[::]:{0}/", "https://[::1]:{0}/",
        "https://[0:0:0:0:0:0:0:1]:{0}/", "https://[::ffff:127.0.0.1]:{0}/", "https://[::ffff:7f00:1]:{0}/", "https://[::127.0.0.1]:{0}/", "https://[64:ff9b::127.0.0.1]:{0}/", "https://[64:ff9b:1::7f00:1]:{0}/",
        "https://[2002:7f00:1::]:{0}/", "https://[2001::7f00:1]:{0}/", "https://[fe80::1]:{0}/", "https://[fe80::1%25lo]:{0}/", "https://[fc00::1]:{0}/", "https://[fd00:ec2::254]/", "https://[ff02::1]:{0}/",
        "https://localhost:{0}/", "https://LOCALHOST:{0}/", "https://localhost.:{0}/", "https://localhost.localdomain:{0}/", "https://127.0.0.1.nip.io:{0}/", "https://①②⑦.⓪.⓪.①:{0}/", "https://１２７.０.０.１:{0}/",
        "https://127。0。0。1:{0}/", "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{0}/", "https://user@127.0.0.1:{0}/", "https://payer.example@127.0.0.1:{0}/", "https://payer.example:443@127.0.0.1:{0}/", "https://@127.0.0.1:{0}/",
        "https://127.0.0.1:{0}#@payer.example/", "https://127.0.0.1:{0}\\@payer.example/", "https:\\\\127.0.0.1:{0}\\", "https://payer.example\t@127.0.0.1:{0}/", " https://127.0.0.1:{0}/", "https://127.0.0.1:{0}/\r\nHost: payer.example",
        "https://%31%32%37.0.0.1:{0}/", "https://127.0.0.1%2f@payer.example:{0}/", "https:127.0.0.1:{0}", "https:/127.0.0.1:{0}/", "https:///127.0.0.1:{0}/", "//127.0.0.1:{0}/", "127.0.0.1:{0}", "HTTPS://127.0.0.1:{0}/",
        "http://payer.example:{0}/", "ftp://127.0.0.1:{0}/", "file:///etc/passwd", "file://127.0.0.1/etc/passwd", "gopher://127.0.0.1:{0}/", "ws://127.0.0.1:{0}/", "unix:/run/x.sock", "javascript:0", "data:,x", "",
        "https://10.0.0.1/", "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.0.1/", "https://100.64.0.1/", "https://100.100.100.200/", "https://169.254.169.254/", "https://0xA9FEA9FE/", "https://2852039166/",
        "https://0251.0376.0251.0376/", "https://[::ffff:169.254.169.254]/", "https://[64:ff9b::a9fe:a9fe]/", "https://metadata.google.internal/", "https://168.63.129.16/", "https://224.0.0.1/", "https://255.255.255.255/",
        "https://240.0.0.1/", "https://192.0.2.1/", "https://198.51.100.1/", "https://203.0.113.1/", "https://198.18.0.1/", "https://192.0.0.1/", "https://192.88.99.1/", "https://payer.example:0/", "https://payer.example:99999/",
    ];

    [Theory]
    [InlineData("http://xn--a\uFF11\uFF12\uFF17.\uFF11/:33005/")]
    [InlineData("https://xn--\u00E4.example/")]
    public void S_10_a_host_that_is_no_name_by_the_rules_of_IDN_is_refused_and_not_thrown(string text)
    {
        Assert.False(EgressUrl.TryRead(text, out _, out var fault));
        Assert.NotEmpty(fault);
        Assert.False(EgressUrl.TryResolve(new Uri("https://payer.example/"), text, out _, out _));
    }

    [Fact]
    public async Task S_10_no_spelling_of_an_inner_address_is_connected_to()
    {
        await using var canary = LoopbackPeer.Canary();
        // A hostile name server says 127.0.0.1 whatever it is asked.
        using var client = EgressRig.Client(EgressRig.Quick with { Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Loopback }), MostRetries = 0 });
        Assert.True(Spellings.Length >= 60);
        foreach (var spelling in Spellings)
        {
            var text = spelling.Replace("{0}", $"{canary.Port}", StringComparison.Ordinal);
            if (!EgressUrl.TryRead(text, out var url, out var fault))
            {
                Assert.NotEmpty(fault);
                continue;
            }

            // As if it were a source's own FHIR URL, and as if the operator had named another origin.
            Assert.Contains((await EgressRig.RefusedAsync(client, EgressRequest.Get(url), EgressRig.Registered(url))).Code, (EgressFaultCode[])[EgressFaultCode.AddressRefused, EgressFaultCode.NotAllowed]);
            Assert.Equal(EgressFaultCode.NotAllowed, (await EgressRig.RefusedAsync(client, EgressRequest.Get(url), EgressRig.Allow("https://payer.example:4711"))).Code);
        }

        Assert.Equal(0, canary.Connects);
    }

    [Fact]
    public async Task S_10_no_URL_whatever_reaches_an_address_that_is_not_public()
    {
        await using var canary = LoopbackPeer.Canary();
        using var client = EgressRig.Client(EgressRig.Quick with { Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse("10.1.2.3") }), MostRetries = 0 });
        var parts = Gen.Elements("127.0.0.1", "127.1", "0x7f.1", "[::1]", "localhost", "payer.example", "１２７.１", "[::ffff:7f00:1]", "2130706433", "a@", "@", "%", "\\", "/", "//", "?", "#", ":", ".", "..", " ", "\t", "0", "ü", "xn--a", "[", "]");
        var texts = from scheme in Gen.Elements("https://", "http://", "https:", "HTTPS://", "https:\\\\", "ftp://", "")
                    from middle in parts.ArrayOf(3)
                    from end in Gen.Elements($":{canary.Port}/", $":{canary.Port}", "/", "", $":{canary.Port}/?a#b")
                    select scheme + string.Concat(middle) + end;
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            if (!EgressUrl.TryRead(text, out var url, out _) || url.HostNameType == UriHostNameType.IPv4 && AddressRules.KindOf(IPAddress.Parse(url.IdnHost)) == AddressKind.Public)
                return true;
            return EgressRig.RefusedAsync(client, EgressRequest.Get(url), EgressRig.Registered(url)).GetAwaiter().GetResult() is { Code: EgressFaultCode.AddressRefused or EgressFaultCode.NotAllowed or EgressFaultCode.UrlRefused };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));
        Assert.Equal(0, canary.Connects);
    }

    [Fact]
    public async Task S_11_a_name_is_resolved_once_and_what_it_said_is_connected_to()
    {
        await using var meant = LoopbackPeer.Start((_, s) => LoopbackPeer.WriteAsync(s, "200 OK", "meant"), address: IPAddress.Parse("127.0.0.2"));
        await using var canary = LoopbackPeer.Canary();
        var asked = 0;
        using var client = EgressRig.Client(EgressRig.Quick with
        {
            Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Parse(Interlocked.Increment(ref asked) == 1 ? "127.0.0.2" : "127.0.0.1") }),
        });
        var url = new Uri($"http://payer.example:{meant.Port}/");
        for (var i = 0; i < 3; i++)
        {
            await using var response = await client.SendAsync(EgressRequest.Get(url), EgressRig.Allow($"http://payer.example:{meant.Port}"), TestContext.Current.CancellationToken);
            Assert.Equal("meant"u8.ToArray(), await response.ReadAsync(100, TestContext.Current.CancellationToken));
        }

        Assert.Equal((1, 1, 0), (asked, meant.Connects, canary.Connects));
    }

    [Fact]
    public async Task S_11_a_name_that_comes_to_mean_an_inner_address_is_not_followed()
    {
        await using var canary = LoopbackPeer.Canary();
        var answers = new Queue<IPAddress[]>([[], [IPAddress.Loopback], [IPAddress.Parse("::ffff:127.0.0.1"), IPAddress.Loopback], [IPAddress.IPv6Loopback], [IPAddress.Parse("169.254.169.254")]]);
        using var client = EgressRig.Client(EgressRig.Quick with { MostRetries = 0, Resolve = (_, _) => Task.FromResult(answers.Dequeue()) });
        var url = new Uri($"https://payer.example:{canary.Port}/");
        Assert.Equal(EgressFaultCode.NameUnknown, (await EgressRig.RefusedAsync(client, EgressRequest.Get(url), EgressRig.Registered(url))).Code);
        while (answers.Count > 0)
            Assert.Equal(EgressFaultCode.AddressRefused, (await EgressRig.RefusedAsync(client, EgressRequest.Get(url), EgressRig.Registered(url))).Code);
        Assert.Equal(0, canary.Connects);
    }

    [Fact]
    public async Task A_connection_that_one_owner_may_make_serves_no_other()
    {
        await using var peer = LoopbackPeer.Canary();
        using var client = EgressRig.Client(EgressRig.Quick with { Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Loopback }) });
        var url = new Uri($"http://inner.example:{peer.Port}/");
        await (await client.SendAsync(EgressRequest.Get(url), EgressRig.Allow($"http://inner.example:{peer.Port}"), TestContext.Current.CancellationToken)).DisposeAsync();
        Assert.Equal(EgressFaultCode.NotAllowed, (await EgressRig.RefusedAsync(client, EgressRequest.Get(url), EgressRig.Registered(url))).Code);
        Assert.Equal(1, peer.Connects);
    }

    [Fact]
    public async Task A_link_local_address_behind_a_name_is_out_of_reach_even_for_an_origin_of_the_operator()
    {
        using var client = EgressRig.Client(EgressRig.Quick with { Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Parse("169.254.169.254") }) });
        var e = await EgressRig.RefusedAsync(client, EgressRequest.Get(new Uri("http://inner.example/")), EgressRig.Allow("http://inner.example"));
        Assert.Equal(EgressFaultCode.AddressRefused, e.Code);
    }

    [Fact]
    public void What_is_known_of_a_source_is_allowed_and_plain_http_only_where_the_operator_wrote_it()
    {
        var allowance = EgressAllowance.Of("payer", new SourceConnection
        {
            FhirUrl = "https://fhir.payer.example/r4",
            TokenUrl = "https://login.payer.example:8443/token",
            AllowedOrigins = ["http://127.0.0.1:9000", "https://files.example", "nonsense", "https://files.example/path"],
        });
        foreach (var url in (string[])["https://fhir.payer.example/x", "https://FHIR.payer.example:443/", "https://login.payer.example:8443/", "http://127.0.0.1:9000/a", "https://files.example/b"])
            Assert.True(allowance.Allows(new Uri(url)), url);
        foreach (var url in (string[])["http://fhir.payer.example/", "https://login.payer.example/", "http://127.0.0.1:9001/", "https://127.0.0.1:9000/", "http://files.example/", "https://payer.example/", "https://fhir.payer.example.evil.test/", "https://fhir.payer.example./"])
            Assert.False(allowance.Allows(new Uri(url)), url);
        Assert.False(EgressAllowance.Of("payer", new SourceConnection { FhirUrl = "http://fhir.payer.example" }).Allows(new Uri("http://fhir.payer.example/")));
    }

    [Fact]
    public async Task A_peer_that_nobody_listens_for_is_a_fault_of_its_own()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        using var client = EgressRig.Client();
        var e = await EgressRig.RefusedAsync(client, EgressRequest.Get(new Uri($"http://127.0.0.1:{port}/f?sig=secret")), EgressRig.Allow($"http://127.0.0.1:{port}"));
        Assert.Equal((EgressFaultCode.Connection, true), (e.Code, e.IsTransient));
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
    }
}
