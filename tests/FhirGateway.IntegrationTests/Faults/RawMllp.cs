using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>A socket on which a sender can misbehave.</summary>
internal sealed partial class RawMllp : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <param name="to">The listener.</param>
    /// <param name="from">An address of 127.0.0.0/8 to come from: the listener limits connections for each.</param>
    public static async Task<RawMllp> ConnectAsync(IPEndPoint to, string from = "127.0.0.1")
    {
        var raw = new RawMllp();
        raw.socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await raw.socket.ConnectAsync(to, TestContext.Current.CancellationToken);
        return raw;
    }

    public static byte[] Frame(byte[] payload) => [0x0B, .. payload, 0x1C, 0x0D];

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes, TestContext.Current.CancellationToken)..];
    }

    /// <summary>The text of the next answer; null if the peer closed instead.</summary>
    public async Task<string?> ReceiveAsync(TimeSpan most)
    {
        var answer = new List<byte>();
        var buffer = new byte[64 * 1024];
        using var deadline = new CancellationTokenSource(most);
        while (answer.Count < 2 || answer[^2] != 0x1C || answer[^1] != 0x0D)
        {
            int read;
            try
            {
                read = await socket.ReceiveAsync(buffer, deadline.Token);
            }
            catch (SocketException)
            {
                return null;
            }

            if (read == 0)
                return null;
            answer.AddRange(buffer.AsSpan(0, read));
        }

        return Encoding.UTF8.GetString([.. answer]);
    }

    /// <summary>MSA-1 of each acknowledgement in an answer, in order.</summary>
    public static string Codes(string? answer) => string.Join(' ', Acknowledged().Matches(answer ?? "").Select(m => m.Groups["code"].Value));

    /// <summary>Resets the connection: the answer under way is lost.</summary>
    public void Reset() => socket.Close(timeout: 0);

    public void Dispose() => socket.Dispose();

    [GeneratedRegex(@"\rMSA\|(?<code>[A-Z]{2})\|", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Acknowledged();
}
