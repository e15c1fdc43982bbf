using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FhirGateway.Tests.Mllp;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>The gateway with its TLS listener: "general" has the facility FAULTHOSP and the name mary.example, "other" OTHERHOSP.</summary>
internal sealed class TlsFeed : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private TlsFeed(TestCertificates certificates) => Mary = certificates.Make("mary.example", certificates.Authority);

    public GatewayProcess Gateway { get; } = new();
    public X509Certificate2 Mary { get; }
    public IPEndPoint Tls { get; } = GatewayProcess.FreePort();

    public static async Task<TlsFeed> StartAsync(TestCertificates certificates)
    {
        var feed = new TlsFeed(certificates);
        var gateway = feed.Gateway;
        await FaultWorld.BuildAsync(gateway);
        (await gateway.RunAsync("source", "add", "other", "--kind", "hospital", "--facility", "OTHERHOSP")).Expect(0);
        (await gateway.RunAsync("source", "set", FaultWorld.Hospital, "--certificate", "DNS:mary.example")).Expect(0);
        gateway.Settings["Gateway__Mllp__TlsAddress"] = feed.Tls.ToString();
        gateway.Settings["Gateway__Mllp__CertificateFile"] = gateway.Write("server.pem", TestCertificates.Pem(certificates.Make("localhost", certificates.Authority, forServer: true)));
        gateway.Settings["Gateway__Mllp__ClientCaFile"] = gateway.Write("ca.pem", certificates.Authority.ExportCertificatePem());
        await gateway.StartAsync();
        return feed;
    }

    public async Task<SslStream> ConnectAsync(X509Certificate2? own)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(Tls, TestContext.Current.CancellationToken);
        var secure = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, null, offline: true),
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
        }).WaitAsync(Patience);
        return secure;
    }

    /// <summary>The answer over a connection of its own; null where that was closed instead.</summary>
    public async Task<string?> TryAsync(X509Certificate2? own, byte[] message)
    {
        try
        {
            await using var wire = await ConnectAsync(own);
            return await SendAsync(wire, message);
        }
        catch (Exception e) when (e is IOException or AuthenticationException or SocketException)
        {
            return null;
        }
    }

    public async Task<string?> SendAsync(SslStream wire, byte[] message)
    {
        try
        {
            await wire.WriteAsync(RawMllp.Frame(message), TestContext.Current.CancellationToken);
            return await ReceiveAsync(wire);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async Task<string?> ReceiveAsync(SslStream wire)
    {
        try
        {
            var answer = new List<byte>();
            var one = new byte[1];
            while (answer.Count < 2 || answer[^2] != 0x1C)
            {
                if (await wire.ReadAsync(one, TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience) == 0)
                    return null;
                answer.Add(one[0]);
            }

            return Encoding.UTF8.GetString([.. answer]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Waits until so many messages have reached the state, which comes after their answer.</summary>
    public async Task HasMessagesAsync(long expected)
    {
        long seen = -1;
        for (var i = 0; i < 100 && seen != expected; i++)
            seen = (await Gateway.RunAsync("status")).Expect(0).Json.GetProperty("messages").GetInt64();
        Assert.Equal(expected, seen);
    }

    /// <summary>Stops the gateway; all that its state database holds, as text.</summary>
    public async Task<string> StopAsync()
    {
        Assert.Equal(0, await Gateway.StopAsync(TimeSpan.FromSeconds(25)));
        (await Gateway.RunAsync("audit", "verify")).Expect(0);
        return string.Concat(Directory.EnumerateFiles(Gateway.Data, "state.db*").Select(f => Encoding.Latin1.GetString(File.ReadAllBytes(f))));
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
