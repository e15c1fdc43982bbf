using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using FhirGateway.Adapters.Mllp;
using FhirGateway.Hl7v2;
using FhirGateway.Processing;

namespace FhirGateway.Host.Commands;

/// <summary>The ways in for HL7v2: plain on loopback, and with TLS where a certificate is configured.</summary>
internal sealed partial class MllpListeners : IAsyncDisposable
{
    private const int PasswordBytes = 4096;
    private static readonly TimeSpan SaidBefore = TimeSpan.FromDays(30);
    private readonly GatewayOptions.MllpSettings settings;
    private readonly MllpListener plain;
    private readonly MllpListener? secured;
    private readonly MllpTls? tls;

    private MllpListeners(GatewayOptions.MllpSettings settings, Engine engine, ILoggerFactory logs, MllpTls? tls)
    {
        (this.settings, this.tls) = (settings, tls);
        var limits = new MllpOptions
        {
            MaxConnections = settings.MostConnections,
            MaxConnectionsPerPeer = settings.MostConnectionsPerAddress,
            MaxHandshakes = Math.Max(1, settings.MostConnections / 2),
        };
        var log = logs.CreateLogger<MllpListener>();
        plain = new MllpListener((message, peer, token) => ReceiveAsync(engine, message, peer, token), limits, engine.Clock, log);
        if (tls is not null)
            secured = new MllpListener((message, peer, token) => ReceiveTlsAsync(engine, message, peer, token), limits, engine.Clock, log, tls);
    }

    /// <summary>The connections that are open now; those with TLS have numbers below zero.</summary>
    public IReadOnlyCollection<long> Connected => secured is null ? plain.Open : [.. plain.Open, .. secured.Open.Select(static n => -n)];

    /// <summary>Reads the certificates; nothing listens yet.</summary>
    /// <exception cref="VerbFault">A file cannot be used.</exception>
    public static MllpListeners Open(Session session, GatewayOptions.MllpSettings settings, Engine engine, ILoggerFactory logs)
    {
        if (settings.TlsAddress is null)
            return new MllpListeners(settings, engine, logs, null);
        var log = logs.CreateLogger<MllpListeners>();
        try
        {
            var own = new WatchedFiles<SslStreamCertificateContext>(
                [.. new[] { settings.CertificateFile, settings.KeyFile, settings.PasswordFile }.OfType<string>().Select(session.PathOf)], Read, engine.Clock, log);
            var authorities = settings.ClientCaFile is { } ca
                ? new WatchedFiles<X509Certificate2Collection>([session.PathOf(ca)], contents => CertificateFile.Read(contents[0]), engine.Clock, log)
                : null;
            return new MllpListeners(settings, engine, logs, new MllpTls(own, new SenderCertificates(engine.Organizations, authorities, engine.Clock)));
        }
        catch (InvalidDataException e)
        {
            throw new VerbFault("MLLP with TLS cannot start: " + e.Message);
        }

        SslStreamCertificateContext Read(byte[][] contents)
        {
            var key = settings.KeyFile is null ? null : contents[1];
            var password = settings.PasswordFile is null ? null : contents[^1];
            if (password is { Length: > PasswordBytes })
                throw new InvalidDataException($"the password is longer than {PasswordBytes} bytes");
            var context = MllpTls.ReadCertificate(contents[0], key, password is null ? null : System.Text.Encoding.UTF8.GetString(password).TrimEnd('\r', '\n'));
            if (context.TargetCertificate.NotAfter.ToUniversalTime() - engine.Clock.GetUtcNow().UtcDateTime < SaidBefore)
                Log.EndsSoon(log, context.TargetCertificate.NotAfter.ToUniversalTime());
            return context;
        }
    }

    /// <summary>Listens.</summary>
    /// <param name="note">Records a refusal: the source if it is known, the route, the reason.</param>
    /// <returns>Where, in words for the line that says ready.</returns>
    public async Task<string> StartAsync(Action<string?, string, string> note)
    {
        var ready = $"mllp {await StartAsync(plain, settings.Address, "--mllp")}";
        if (secured is null)
            return ready;
        tls!.OnRefused = (source, reason) => note(source, "mllp-tls", reason);
        return ready + $" mllp-tls {await StartAsync(secured, settings.TlsAddress!, "--mllp-tls")}";
    }

    private static ValueTask<MessageReply> ReceiveAsync(Engine engine, ReadOnlyMemory<byte> message, MllpPeer peer, CancellationToken cancellationToken)
    {
        if (Hl7Message.FindFault(message, out var header) == Hl7FaultCode.None && header.Text(4, 1) is { } facility
            && engine.Organizations.Value.FindFacility(facility) is { } source)
            engine.Feeds.Connections.Note(peer.Connection, source.Number);
        return engine.MessageIntake.ReceiveAsync(message, cancellationToken);
    }

    private static ValueTask<MessageReply> ReceiveTlsAsync(Engine engine, ReadOnlyMemory<byte> message, MllpPeer peer, CancellationToken cancellationToken)
    {
        if (engine.Organizations.Value.FindSource(peer.Sender!) is { } source)
            engine.Feeds.Connections.Note(-peer.Connection, source.Number);
        return engine.MessageIntake.ReceiveAsync(message, MessageOrigin.Tls(peer.Sender!), cancellationToken);
    }

    /// <summary>Lets messages in hand be answered, on both at a time.</summary>
    public Task StopAsync() => Task.WhenAll(plain.StopAsync(), secured?.StopAsync() ?? Task.CompletedTask);

    public async ValueTask DisposeAsync()
    {
        await plain.DisposeAsync();
        if (secured is not null)
            await secured.DisposeAsync();
    }

    private static async Task<IPEndPoint> StartAsync(MllpListener listener, string address, string option)
    {
        try
        {
            return await listener.StartAsync(GatewayOptionsValidator.ParseAddress(address)!);
        }
        catch (SocketException e)
        {
            throw new VerbFault($"MLLP cannot listen on {address} ({e.SocketErrorCode}): choose another with {option}");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate of MLLP with TLS is good until {End:u} only: renew it; it is read again without a restart")]
        public static partial void EndsSoon(ILogger logger, DateTime end);
    }
}
