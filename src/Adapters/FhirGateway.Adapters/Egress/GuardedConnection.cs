using System.Net;
using System.Net.Sockets;

namespace FhirGateway.Adapters.Egress;

/// <summary>
/// Makes the connections to one origin: resolves its name once, drops the addresses that may not be reached, and connects to
/// what is left. No second look-up stands between check and use, so a name that changes its meaning gains nothing.
/// </summary>
internal sealed class GuardedConnection(EgressOrigin origin, EgressReach reach, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    public async ValueTask<Stream> OpenAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        if (!Matches(endPoint))
            throw Fault(EgressFaultCode.NotAllowed, "a connection to another origin was asked for");
        var isWritten = IPAddress.TryParse(origin.Host, out var written);
        var addresses = isWritten ? [written!] : await ResolveAsync(cancellationToken).ConfigureAwait(false);
        var allowed = Array.FindAll(addresses, a => AddressRules.Allows(a, reach, isWritten));
        if (allowed.Length == 0)
            throw Fault(EgressFaultCode.AddressRefused, "its name stands for no address that may be reached");
        SocketException? last = null;
        foreach (var address in allowed)
        {
            try
            {
                return await ConnectAsync(new IPEndPoint(address, origin.Port), cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                last = e;
            }
        }

        throw Fault(EgressFaultCode.Connection, $"no connection ({last!.SocketErrorCode})", last);
    }

    private bool Matches(DnsEndPoint endPoint) =>
        endPoint.Port == origin.Port && string.Equals(endPoint.Host.Trim('[', ']'), origin.Host, StringComparison.OrdinalIgnoreCase);

    private async Task<IPAddress[]> ResolveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await resolve(origin.Host, cancellationToken).ConfigureAwait(false) is { Length: > 0 } found
                ? found
                : throw Fault(EgressFaultCode.NameUnknown, "its name has no address");
        }
        catch (SocketException e)
        {
            throw Fault(EgressFaultCode.NameUnknown, $"its name cannot be resolved ({e.SocketErrorCode})", e);
        }
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private EgressException Fault(EgressFaultCode code, string reason, Exception? inner = null) => new(code, new Uri(origin.ToString()), reason, inner);
}
