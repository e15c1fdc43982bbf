using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace FhirGateway.Adapters.Mllp;

/// <summary>The TLS of one connection: the handshake, and whether the peer is still who it was then.</summary>
internal sealed class MllpSecurity(MllpTls tls)
{
    /// <summary>First byte of a TLS record that holds a handshake (RFC 8446, 5.1).</summary>
    private const byte HandshakeRecord = 22;
    private SenderCertificate? certificate;
    private SenderVerdict verdict;
    private (object Directory, object? Authorities) ground;
    private int noted;

    /// <summary>Id of the source that the certificate belongs to.</summary>
    public string? Sender => verdict.Source;

    /// <summary>Takes the connection over; null where it is no TLS, or nobody's certificate.</summary>
    public async Task<SslStream?> AuthenticateAsync(Socket socket, NetworkStream inner, CancellationToken cancellationToken)
    {
        var first = new byte[1];
        // A probe that only connects is nobody's attack.
        if (await socket.ReceiveAsync(first, SocketFlags.Peek, cancellationToken) == 0)
            return null;
        if (first[0] != HandshakeRecord)
        {
            Refuse("plaintext");
            return null;
        }

        var secure = new SslStream(inner, leaveInnerStreamOpen: true);
        try
        {
            await secure.AuthenticateAsServerAsync(tls.Options((_, shown, chain, _) => Take(shown, chain)), cancellationToken);
            return secure;
        }
        catch (Exception e)
        {
            await secure.DisposeAsync();
            // Given up by us: that has its own word, or is a stop.
            if (e is OperationCanceledException or ObjectDisposedException)
                throw;
            // What a stranger sends can fail in any way; none of them is a fault of ours.
            Refuse(verdict.Refusal ?? "handshake-failed");
            return null;
        }
    }

    /// <summary>Whether the certificate counts now: it may have run out, or have been taken out of the settings. Noted where it does not.</summary>
    public bool IsStillKnown()
    {
        if (certificate is not { } shown || verdict.Source is not { } source)
            return false;
        var now = tls.Senders.Ground;
        if (!ReferenceEquals(now.Directory, ground.Directory) || !ReferenceEquals(now.Authorities, ground.Authorities))
        {
            var again = tls.Senders.Judge(shown);
            // Another owner by now: the connection was opened by the former one.
            if (again.Source != source)
                return Refuse(again.Refusal ?? "unknown-certificate");
            ground = now;
        }

        return tls.Senders.OutOfTime(shown) is not { } why || Refuse(why);
    }

    /// <summary>Notes why the connection is refused, once.</summary>
    public bool Refuse(string reason)
    {
        if (Interlocked.Exchange(ref noted, 1) == 0)
            tls.OnRefused?.Invoke(Sender, reason);
        return false;
    }

    private bool Take(X509Certificate? shown, X509Chain? chain)
    {
        if (shown is null)
        {
            verdict = new SenderVerdict(null, "no-certificate");
            return false;
        }

        ground = tls.Senders.Ground;
        certificate = new SenderCertificate(shown, chain?.ChainPolicy.ExtraStore ?? []);
        verdict = tls.Senders.Judge(certificate);
        return verdict.Source is not null;
    }
}
