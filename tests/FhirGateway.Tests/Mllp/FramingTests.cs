using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FhirGateway.Adapters.Mllp;
using FhirGateway.Hl7v2;

namespace FhirGateway.Tests.Mllp;

/// <summary>Every way in which senders are known to cut, join and litter their frames, each cut once more at every byte.</summary>
public sealed class FramingTests
{
    private const string One = "MSH|^~\\&|A|B|C|D|20260301||ADT^A01|1|P|2.5\rPID|1||ONE\r";
    private const string Two = "MSH|^~\\&|A|B|C|D|20260301||ADT^A01|2|P|2.5\rPID|1||TWO\r";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <summary>The bytes, the payloads that are in them, and whether the stream is to be given up after those.</summary>
    private static readonly Dictionary<string, (byte[] Stream, string[] Payloads, bool Ends)> Cases = new()
    {
        ["single"] = (Frame(One), [One], false),
        ["FS and CR, nothing else between frames"] = ([.. Frame(One), .. Frame(Two)], [One, Two], false),
        ["twenty pipelined"] = (Enumerable.Range(0, 20).SelectMany(i => Frame(One + i)).ToArray(), [.. Enumerable.Range(0, 20).Select(i => One + i)], false),
        ["a frame and a half"] = ([.. Frame(One), .. Frame(Two)[..40]], [One], false),
        ["keepalives between frames"] = ([.. "\r\n\0 \t"u8, .. Frame(One), .. "\r\r\n\0\0"u8, .. Frame(Two), .. "\n"u8], [One, Two], false),
        ["a little noise between frames"] = ([.. "ping"u8, .. Frame(One), .. "pong\u0006"u8, .. Frame(Two)], [One, Two], false),
        ["segments that end in LF"] = (Frame(One.Replace('\r', '\n')), [One.Replace('\r', '\n')], false),
        ["FS and LF"] = ([0x0B, .. Utf8(One), 0x1C, (byte)'\n', .. Frame(Two)], [One, Two], false),
        ["FS, CR and LF"] = ([.. Frame(One), (byte)'\n', .. Frame(Two), (byte)'\n'], [One, Two], false),
        ["FS without CR before the next frame"] = ([0x0B, .. Utf8(One), 0x1C, .. Frame(Two)], [One, Two], false),
        ["a new start before the end"] = ([0x0B, .. Utf8(One[..40]), .. Frame(Two)], [Two], false),
        ["starts only"] = ([0x0B, 0x0B, 0x0B, .. Frame(Two)], [Two], false),
        ["an end where nothing began"] = ([0x1C, 0x0D, .. Frame(Two)], [Two], false),
        ["BOM before the frame"] = ([0xEF, 0xBB, 0xBF, .. Frame(One)], [One], false),
        ["BOM in the frame"] = (Frame("\uFEFF" + One), ["\uFEFF" + One], false),
        ["NUL in the frame"] = (Frame(One + "\0" + "ZZZ|\0\r"), [One + "\0" + "ZZZ|\0\r"], false),
        ["empty frame"] = ([.. Frame(""), .. Frame(Two)], ["", Two], false),
        ["no CR at the end of the message"] = (Frame(One.TrimEnd('\r')), [One.TrimEnd('\r')], false),
        ["garbage without end"] = ([.. Enumerable.Repeat((byte)'x', 3000), .. Frame(Two)], [], true),
        ["an end block in the middle of a patient"] = ([0x0B, .. Utf8(One[..45]), 0x1C, .. Utf8(One[45..]), 0x1C, 0x0D, .. Frame(Two)], [], true),
        ["text after an end block"] = ([0x0B, .. Utf8(One), 0x1C, (byte)'P', .. Frame(Two)], [], true),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void S_04_each_case_cut_at_every_byte_gives_the_same_frames(string name)
    {
        var (stream, payloads, ends) = Cases[name];
        Check([stream]);
        Check(stream.Select(b => new[] { b }));
        for (var i = 1; i < stream.Length; i++)
            Check([stream[..i], stream[i..]]);

        void Check(IEnumerable<byte[]> chunks)
        {
            var (frames, broken) = Read(chunks);
            Assert.Equal(payloads, frames);
            Assert.Equal(ends, broken);
        }
    }

    [Fact]
    public void S_04_two_patients_are_never_joined_whatever_byte_is_lost()
    {
        byte[] stream = [.. Frame(One), .. Frame(Two)];
        for (var lost = 0; lost < stream.Length; lost++)
        {
            byte[] cut = [.. stream[..lost], .. stream[(lost + 1)..]];
            foreach (var payload in Read([cut]).Frames)
            {
                var both = payload.Contains("|ON", StringComparison.Ordinal) && payload.Contains("|TW", StringComparison.Ordinal);
                // Where the end is lost, the next start drops what was begun; where both are, each header still begins a message of its own.
                Assert.True(!both || MessageBatch.Split(Utf8(payload)).Messages.Length == 2, $"byte {lost} lost");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task S_04_each_case_over_a_socket_gives_the_same_frames(string name)
    {
        var (stream, payloads, ends) = Cases[name];
        var seen = new List<string>();
        await using var listener = new MllpListener((message, _, _) =>
        {
            seen.Add(Encoding.UTF8.GetString(message.Span));
            return new(new byte[] { (byte)'k' });
        });
        var endpoint = await listener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        foreach (var cut in Cuts(stream.Length))
        {
            seen.Clear();
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(endpoint);
            var wire = client.GetStream();
            await SendAsync(wire, stream[..cut]);
            await Task.Delay(5);
            await SendAsync(wire, stream[cut..]);
            var answers = new byte[payloads.Length * 4];
            await wire.ReadExactlyAsync(answers).AsTask().WaitAsync(Soon);
            if (ends)
                Assert.True(await ClosesAsync(wire), $"cut at {cut}");
            Assert.Equal(payloads, seen);
        }
    }

    [Fact]
    public async Task S_04_byte_by_byte_over_a_socket_is_a_frame()
    {
        await using var listener = new MllpListener((message, _, _) => new(message.ToArray()));
        var endpoint = await listener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(endpoint);
        foreach (var b in Frame(One))
            await client.GetStream().WriteAsync(new[] { b });
        var answer = new byte[Frame(One).Length];
        await client.GetStream().ReadExactlyAsync(answer).AsTask().WaitAsync(Soon);
        Assert.Equal(Frame(One), answer);
    }

    /// <summary>Feeds chunks to a framer as a pipe would; the payloads, and whether the stream was given up.</summary>
    private static (List<string> Frames, bool Broken) Read(IEnumerable<byte[]> chunks)
    {
        var framer = new MllpFramer(1 << 20, 1024);
        var frames = new List<string>();
        var rest = Array.Empty<byte>();
        foreach (var chunk in chunks.Append([]))
        {
            rest = [.. rest, .. chunk];
            var buffer = new ReadOnlySequence<byte>(rest);
            MllpFrameStatus status;
            while ((status = framer.TryRead(ref buffer, trailerOverdue: chunk.Length == 0, out var payload)) == MllpFrameStatus.Complete)
                frames.Add(Encoding.UTF8.GetString(payload));
            if (status is MllpFrameStatus.Broken or MllpFrameStatus.TooLarge)
                return (frames, true);
            rest = buffer.ToArray();
        }

        return (frames, false);
    }

    /// <summary>All cuts would take a minute a case: the ones around the borders of frames, and some between.</summary>
    private static IEnumerable<int> Cuts(int length) =>
        Enumerable.Range(0, 4).Concat(Enumerable.Range(0, 6).Select(i => length * i / 6)).Concat([length - 2, length - 1, length]).Where(c => c >= 0 && c <= length).Distinct();

    private static async Task SendAsync(NetworkStream wire, byte[] bytes)
    {
        try
        {
            await wire.WriteAsync(bytes);
        }
        catch (IOException)
        {
            // Given up already.
        }
    }

    private static async Task<bool> ClosesAsync(NetworkStream wire)
    {
        try
        {
            return await wire.ReadAsync(new byte[1]).AsTask().WaitAsync(Soon) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Frame(string payload) => [0x0B, .. Utf8(payload), 0x1C, 0x0D];
}
