using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FhirGateway.Adapters.Mllp;
using FhirGateway.Hl7v2;
using FhirGateway.Organizations;
using FhirGateway.Tests.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.Tests.Mllp;

/// <summary>A listener with TLS that echoes who sent, over files that a test may change; and what it refused.</summary>
internal sealed class TlsRig : IAsyncDisposable
{
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly TestFolder folder = new();
    private readonly MllpListener listener;

    private TlsRig(bool withAuthority, MllpOptions? options, ManualClock? clock)
    {
        Certificates = new TestCertificates(clock?.GetUtcNow());
        File.WriteAllText(ServerFile, TestCertificates.Pem(Certificates.Make("localhost", Certificates.Authority, forServer: true)));
        File.WriteAllText(AuthorityFile, Certificates.Authority.ExportCertificatePem());
        var time = clock ?? TimeProvider.System;
        var own = new WatchedFiles<SslStreamCertificateContext>([ServerFile], c => MllpTls.ReadCertificate(c[0], null, null), time, NullLogger.Instance);
        var authorities = withAuthority
            ? new WatchedFiles<X509Certificate2Collection>([AuthorityFile], c => CertificateFile.Read(c[0]), time, NullLogger.Instance)
            : null;
        var tls = new MllpTls(own, new SenderCertificates(Directory, authorities, time)) { OnRefused = (source, reason) => Refused.Enqueue((source, reason)) };
        listener = new MllpListener(
            (message, peer, _) =>
            {
                Taken.Enqueue(Encoding.UTF8.GetString(message.Span));
                return new(Encoding.UTF8.GetBytes(peer.Sender!));
            },
            options, time, null, tls);
    }

    public CurrentDirectory Directory { get; } = new();
    public TestCertificates Certificates { get; }
    public ConcurrentQueue<(string? Source, string Reason)> Refused { get; } = new();
    public ConcurrentQueue<string> Taken { get; } = new();
    public string ServerFile => folder.In("server.pem");
    public string AuthorityFile => folder.In("ca.pem");
    public MllpCounters Counters => listener.Counters;
    public IPEndPoint Address { get; private set; } = null!;

    public static async Task<TlsRig> StartAsync(bool withAuthority = true, MllpOptions? options = null, ManualClock? clock = null)
    {
        var rig = new TlsRig(withAuthority, options, clock);
        rig.Address = await rig.listener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        return rig;
    }

    /// <summary>The settings from now on: sources and the names of their certificates.</summary>
    public void Know(params (string Source, string[] Certificates)[] sources)
    {
        var number = 0;
        Directory.Value = new OrganizationDirectory(
            [.. sources.Select(s => new Source { Number = ++number, Id = s.Source, Kind = SourceKind.Hospital, Feed = new MessageFeed { Certificates = [.. s.Certificates] } })], [], []);
    }

    public static string PinOf(X509Certificate2 certificate) => SenderCertificate.PinsOf(certificate)[0];

    public static string KeyOf(X509Certificate2 certificate) => SenderCertificate.PinsOf(certificate)[1];

    /// <summary>Connects with TLS and this certificate.</summary>
    public async Task<SslStream> ConnectAsync(X509Certificate2? own, SslProtocols protocols = SslProtocols.None, X509Certificate2[]? sentAlong = null)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(Address);
        var secure = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                EnabledSslProtocols = protocols,
                ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, new X509Certificate2Collection(sentAlong ?? []), offline: true),
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                {
                    LastServer = shown?.GetCertHashString();
                    return shown is not null;
                },
            }).WaitAsync(Soon);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hash of the certificate that the listener showed last.</summary>
    public string? LastServer { get; private set; }

    /// <summary>Sends a message; the answer, or null where the connection was closed instead.</summary>
    public async Task<string?> TryAsync(X509Certificate2? own, string message = "hello", X509Certificate2[]? sentAlong = null)
    {
        try
        {
            await using var secure = await ConnectAsync(own, sentAlong: sentAlong);
            return await SendAsync(secure, message);
        }
        catch (Exception e) when (e is IOException or AuthenticationException or SocketException)
        {
            return null;
        }
    }

    public static async Task<string?> SendAsync(Stream wire, string message)
    {
        try
        {
            await wire.WriteAsync((byte[])[0x0B, .. Encoding.UTF8.GetBytes(message), 0x1C, 0x0D]).AsTask().WaitAsync(Soon);
            var answer = new List<byte>();
            var one = new byte[1];
            while (answer.Count < 2 || answer[^2] != 0x1C)
            {
                if (await wire.ReadAsync(one).AsTask().WaitAsync(Soon) == 0)
                    return null;
                answer.Add(one[0]);
            }

            return Encoding.UTF8.GetString([.. answer[1..^2]]);
        }
        catch (Exception e) when (e is IOException or AuthenticationException or SocketException)
        {
            return null;
        }
    }

    /// <summary>The one refusal so far; waits for it.</summary>
    public async Task<(string? Source, string Reason)> RefusalAsync()
    {
        (string?, string) refusal;
        for (var i = 0; !Refused.TryDequeue(out refusal); i++)
        {
            Assert.True(i < 500, "nothing was refused");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return refusal;
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        Certificates.Dispose();
        folder.Dispose();
    }
}
