using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FhirGateway.Adapters.Mllp;
using FhirGateway.Hl7v2;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Mllp;

public sealed class MllpTests
{
    private static readonly IPEndPoint Any = new(IPAddress.Loopback, 0);

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static byte[] Frame(string payload) => Encoding.UTF8.GetBytes("\u000b" + payload + "\u001c\r");

    private static string Ack(string id) => $"MSH|^~\\&|GW|||||20260301||ACK|1|P|2.5\rMSA|AA|{id}\r";

    private static string Message(string id) => $"MSH|^~\\&|A|B|C|D|20260301||ADT^A01|{id}|P|2.5\r";

    private static ValueTask<MessageReply> Echo(ReadOnlyMemory<byte> message, MllpPeer peer, CancellationToken cancellationToken) =>
        new(message.ToArray());

    private static ValueTask<MessageReply> Acknowledge(ReadOnlyMemory<byte> message, MllpPeer peer, CancellationToken cancellationToken)
    {
        Hl7Header.TryRead(message, out var header);
        return new(Encoding.UTF8.GetBytes(Ack(Encoding.UTF8.GetString(header.Field(10)))));
    }

    /// <summary>Feeds chunks to a framer as a pipe would and returns the payloads.</summary>
    private static List<string> Frames(IEnumerable<byte[]> chunks)
    {
        var framer = new MllpFramer(1 << 20, 1 << 20);
        var frames = new List<string>();
        var rest = Array.Empty<byte>();
        foreach (var chunk in chunks)
        {
            rest = [.. rest, .. chunk];
            var buffer = new ReadOnlySequence<byte>(rest);
            while (framer.TryRead(ref buffer, trailerOverdue: false, out var payload) == MllpFrameStatus.Complete)
                frames.Add(Encoding.UTF8.GetString(payload));
            rest = buffer.ToArray();
        }
        var last = new ReadOnlySequence<byte>(rest);
        while (framer.TryRead(ref last, trailerOverdue: true, out var payload) == MllpFrameStatus.Complete)
            frames.Add(Encoding.UTF8.GetString(payload));
        return frames;
    }

    [Fact]
    public void S_04_every_split_point_gives_the_same_frames()
    {
        byte[] stream = [.. "\r\n\0 "u8, .. Frame("one"), .. "\r"u8, .. Frame("two\r"), 0x0B, .. "cut"u8, .. Frame("three"), 0x0B, .. "four"u8, 0x1C, .. Frame("five"), 0x0B, .. "six"u8, 0x1C];
        string[] expected = ["one", "two\r", "three", "four", "five", "six"];
        for (var i = 0; i <= stream.Length; i++)
            Assert.Equal(expected, Frames([stream[..i], stream[i..]]));
        Assert.Equal(expected, Frames(stream.Select(b => new[] { b })));
    }

    [Fact]
    public void Any_chunking_of_any_bytes_gives_the_same_frames()
    {
        var bytes = Gen.Elements<byte>(0x0B, 0x1C, 0x0D, 0x0A, (byte)'a', (byte)'b').ArrayOf();
        Prop.ForAll(bytes.ToArbitrary(), Gen.Choose(1, 5).ArrayOf().ToArbitrary(), (stream, sizes) =>
        {
            var chunks = new List<byte[]>();
            for (int at = 0, n = 0; at < stream.Length; n++)
            {
                var size = Math.Min(sizes.Length == 0 ? 1 : sizes[n % sizes.Length], stream.Length - at);
                chunks.Add(stream[at..(at + size)]);
                at += size;
            }
            return Frames([stream]).SequenceEqual(Frames(chunks));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_end_block_inside_a_frame_is_not_trusted()
    {
        var framer = new MllpFramer(1000, 0);
        var buffer = new ReadOnlySequence<byte>("\u000bMSH|\u001cPV1|\u001c\r"u8.ToArray());
        Assert.Equal(MllpFrameStatus.Broken, framer.TryRead(ref buffer, trailerOverdue: false, out _));
    }

    [Fact]
    public async Task Pipelined_frames_are_answered_in_order()
    {
        await using var listener = new MllpListener(Echo);
        using var client = await Connect(await listener.StartAsync(Any));
        var all = Enumerable.Range(0, 200).SelectMany(i => Frame($"m{i}")).ToArray();
        await client.GetStream().WriteAsync(all);
        var reply = new byte[all.Length];
        await client.GetStream().ReadExactlyAsync(reply);
        Assert.Equal(all, reply);
        Assert.Equal(200, listener.Counters.Frames);
    }

    [Fact]
    public async Task A_frame_without_its_last_CR_is_answered_after_a_moment()
    {
        await using var listener = new MllpListener(Echo, new MllpOptions { TrailerTimeout = TimeSpan.FromMilliseconds(50) });
        using var client = await Connect(await listener.StartAsync(Any));
        for (var i = 0; i < 2; i++)
        {
            await client.GetStream().WriteAsync("\u000bhello\u001c"u8.ToArray());
            var reply = new byte[8];
            await client.GetStream().ReadExactlyAsync(reply).AsTask().WaitAsync(Soon);
            Assert.Equal(Frame("hello"), reply);
        }
    }

    [Fact]
    public async Task A_handler_that_fails_closes_the_connection_without_an_answer()
    {
        await using var listener = new MllpListener((_, _, _) => throw new IOException("disk full"));
        var endpoint = await listener.StartAsync(Any);
        await using var client = await MllpClient.ConnectAsync("127.0.0.1", endpoint.Port);
        await Assert.ThrowsAsync<IOException>(() => client.SendAsync("MSH|^~\\&|"u8.ToArray(), Soon));
        Assert.Equal(1, listener.Counters.Failed);
    }

    [Fact]
    public async Task A_frame_over_the_limit_and_junk_close_the_connection()
    {
        await using var listener = new MllpListener(Echo, new MllpOptions { MaxFrameBytes = 2000, MaxJunkBytes = 10 });
        var endpoint = await listener.StartAsync(Any);
        foreach (var bytes in new[] { "\u000b" + new string('x', 5000), "GET / HTTP/1.1\r\n\r\n" })
        {
            using var client = await Connect(endpoint);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(bytes));
            Assert.True(await IsClosed(client));
        }
        Assert.Equal((1L, 1L), (listener.Counters.TooLarge, listener.Counters.Broken));
    }

    [Fact]
    public async Task S_03_a_frame_that_goes_silent_is_closed()
    {
        await using var listener = new MllpListener(Echo, new MllpOptions { IdleTimeout = TimeSpan.FromMilliseconds(200) });
        using var client = await Connect(await listener.StartAsync(Any));
        await client.GetStream().WriteAsync("\u000bhalf"u8.ToArray());
        Assert.True(await IsClosed(client));
        Assert.Equal(1, listener.Counters.TimedOut);
    }

    [Fact]
    public async Task Connections_over_the_cap_are_refused()
    {
        await using var listener = new MllpListener(Echo, new MllpOptions { MaxConnectionsPerPeer = 1 });
        var endpoint = await listener.StartAsync(Any);
        using var first = await Connect(endpoint);
        await first.GetStream().WriteAsync(Frame("x"));
        await first.GetStream().ReadExactlyAsync(new byte[4]);
        try
        {
            using var second = await Connect(endpoint);
            Assert.True(await IsClosed(second));
        }
        catch (SocketException)
        {
            // The reset may arrive while the client still connects.
        }
        Assert.Equal(1, listener.Counters.Refused);
    }

    [Fact]
    public async Task A_stop_lets_the_message_in_hand_be_answered()
    {
        var started = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await using var listener = new MllpListener(async (message, _, _) =>
        {
            started.TrySetResult();
            await go.Task;
            return message.ToArray();
        });
        using var client = await Connect(await listener.StartAsync(Any));
        await client.GetStream().WriteAsync(Frame("last").Concat(Frame("never")).ToArray());
        await started.Task.WaitAsync(Soon);
        var stop = listener.StopAsync();
        go.SetResult();
        await stop.WaitAsync(Soon);
        var reply = new byte[7];
        await client.GetStream().ReadExactlyAsync(reply);
        Assert.Equal(Frame("last"), reply);
        Assert.True(await IsClosed(client));
    }

    [Fact]
    public async Task The_client_gets_its_answers_and_refuses_another_s()
    {
        await using var listener = new MllpListener(Acknowledge);
        var endpoint = await listener.StartAsync(Any);
        await using (var client = await MllpClient.ConnectAsync("127.0.0.1", endpoint.Port))
            for (var i = 0; i < 20; i++)
                Assert.Equal(Ack($"ID{i}"), Encoding.UTF8.GetString(await client.SendAsync(Encoding.UTF8.GetBytes(Message($"ID{i}")), Soon)));
        await using var wrong = new MllpListener((_, _, _) => new(Encoding.UTF8.GetBytes(Ack("other"))));
        var other = await wrong.StartAsync(Any);
        await using var deceived = await MllpClient.ConnectAsync("127.0.0.1", other.Port);
        await Assert.ThrowsAsync<IOException>(() => deceived.SendAsync(Encoding.UTF8.GetBytes(Message("mine")), Soon));
        await using var silent = new MllpListener((_, _, _) => new(default(MessageReply)));
        var mute = await silent.StartAsync(Any);
        await using var waiting = await MllpClient.ConnectAsync("127.0.0.1", mute.Port);
        await Assert.ThrowsAsync<TimeoutException>(() => waiting.SendAsync(Encoding.UTF8.GetBytes(Message("x")), TimeSpan.FromMilliseconds(100)));
    }

    /// <summary>Prints a figure; fails only far below what is needed, since machines are shared.</summary>
    [Fact]
    public async Task Sixteen_connections_with_one_message_in_flight_each_are_served_fast_enough()
    {
        const int connections = 16;
        const int each = 2000;
        await using var listener = new MllpListener(Acknowledge);
        var endpoint = await listener.StartAsync(Any);
        var message = Frame(Message("ID1") + new string('x', 1400));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using var client = await Connect(endpoint);
            var reply = new byte[Frame(Ack("ID1")).Length];
            for (var i = 0; i < each; i++)
            {
                await client.GetStream().WriteAsync(message);
                await client.GetStream().ReadExactlyAsync(reply);
            }
        })));
        var rate = connections * each / watch.Elapsed.TotalSeconds;
        Console.Error.WriteLine($"MLLP: {rate:0} messages/s, {message.Length} bytes, client in the same process");
        Assert.True(rate > 1000, $"{rate:0}/s");
    }

    [Fact]
    public async Task Without_TLS_it_listens_on_loopback_only()
    {
        await using var listener = new MllpListener(Echo);
        await Assert.ThrowsAsync<ArgumentException>(() => listener.StartAsync(new IPEndPoint(IPAddress.Any, 0)));
    }

    private static async Task<TcpClient> Connect(IPEndPoint endpoint)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(endpoint);
        return client;
    }

    private static async Task<bool> IsClosed(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(Soon) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
