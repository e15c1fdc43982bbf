using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using FhirGateway.Adapters.Mllp;
using FhirGateway.Hl7v2;

namespace FhirGateway.Host.Commands;

/// <summary>Sends a plan over its connections. A connection that breaks is opened again for the next message; what was on its way is reported, not sent twice.</summary>
internal sealed class AdtSender(AdtSendPlan plan, TextWriter output, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, long> codes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> failures = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<List<TimeSpan>> latencies = [];
    private readonly TextWriter lines = TextWriter.Synchronized(output);
    private readonly string run = clock.GetUtcNow().ToUnixTimeSeconds().ToString("X", CultureInfo.InvariantCulture);
    private long next = -1;
    private long started;

    /// <exception cref="VerbFault">Nobody is there, or the TLS of the first connection fails.</exception>
    public async Task<AdtSendReport> RunAsync(CancellationToken cancellationToken)
    {
        var first = await ConnectFirstAsync(cancellationToken);
        started = clock.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, (int)Math.Min(plan.Connections, plan.Total)).Select(i => LaneAsync(i == 0 ? first : null, cancellationToken)));
        var all = latencies.SelectMany(l => l).ToList();
        all.Sort();
        return new AdtSendReport
        {
            Codes = codes.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Failures = failures.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Total = plan.Total,
            Latencies = all,
            Elapsed = clock.GetElapsedTime(started),
        };
    }

    private Task<MllpClient> ConnectAsync(CancellationToken cancellationToken) =>
        MllpClient.ConnectAsync(plan.Host, plan.Port, clock, plan.Tls, cancellationToken).WaitAsync(plan.Timeout, clock, cancellationToken);

    private async Task<MllpClient> ConnectFirstAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ConnectAsync(cancellationToken);
        }
        catch (SocketException e)
        {
            throw new VerbFault($"{plan.To} cannot be reached ({e.SocketErrorCode}): is the gateway running, and is this its MLLP address?");
        }
        catch (AuthenticationException e)
        {
            throw new VerbFault($"{plan.To}: TLS failed: {e.Message.TrimEnd('.')}. Does --ca name the authority of the listener's certificate, and is its name the one in --to?");
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            throw new VerbFault($"{plan.To} closed the connection during the TLS handshake, or is no TLS listener ({e.Message})");
        }
    }

    private async Task LaneAsync(MllpClient? client, CancellationToken cancellationToken)
    {
        var times = new List<TimeSpan>();
        var hadAnswer = false;
        latencies.Add(times);
        try
        {
            while (Interlocked.Increment(ref next) is var number && number < plan.Total)
            {
                await WaitAsync(number, cancellationToken);
                var message = MessageOf(number);
                var fault = default(string);
                try
                {
                    hadAnswer &= client is not null;
                    client ??= await ConnectAsync(cancellationToken);
                    var from = clock.GetTimestamp();
                    var answer = await client.SendAsync(message, plan.Timeout, cancellationToken);
                    times.Add(clock.GetElapsedTime(from));
                    hadAnswer = true;
                    await ReportAsync(message, answer);
                    continue;
                }
                catch (Exception e) when (e is IOException or SocketException or TimeoutException or AuthenticationException)
                {
                    // TLS 1.3 refuses a certificate only after the sender's side is done with the handshake.
                    fault = plan.Tls is not null && !hadAnswer && e is IOException
                        ? "closed without a first answer: most often a certificate that is not accepted; the gateway's audit log says why"
                        : Why(e);
                }

                failures.AddOrUpdate(fault, 1, static (_, n) => n + 1);
                await WriteAsync(message, "??", fault);
                if (client is not null)
                    await client.DisposeAsync();
                client = null;
            }
        }
        finally
        {
            if (client is not null)
                await client.DisposeAsync();
        }
    }

    /// <summary>Message N is due at its place in the rate, whoever sends it.</summary>
    private async Task WaitAsync(long number, CancellationToken cancellationToken)
    {
        if (plan.PerSecond <= 0)
            return;
        var early = TimeSpan.FromSeconds(number / plan.PerSecond) - clock.GetElapsedTime(started);
        if (early > TimeSpan.Zero)
            await Task.Delay(early, clock, cancellationToken);
    }

    private ReadOnlyMemory<byte> MessageOf(long number)
    {
        var message = plan.Messages[(int)(number % plan.Messages.Length)];
        if (!plan.NewIds || !Hl7Header.TryRead(message, out var header) || header.Field(10) is not { IsEmpty: false } id)
            return message;
        var body = Hl7Header.SkipLeading(message);
        // The separator before field 2 is MSH-1 itself; eight further on is the one before MSH-10.
        var start = 3;
        for (var i = 2; i < 10; i++)
            start += 1 + body.Span[(start + 1)..].IndexOf((byte)header.Delimiters.Field);
        var fresh = Encoding.ASCII.GetBytes($"{run}-{number + 1}");
        return (byte[])[.. body.Span[..(start + 1)], .. fresh, .. body.Span[(start + 1 + id.Length)..]];
    }

    private async Task ReportAsync(ReadOnlyMemory<byte> message, byte[] answer)
    {
        var (code, text) = Read(answer);
        codes.AddOrUpdate(code, 1, static (_, n) => n + 1);
        await WriteAsync(message, code, text);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> message, string code, string text)
    {
        if (plan.SummaryOnly)
            return;
        var controlId = Hl7Header.TryRead(message, out var header) ? Encoding.UTF8.GetString(header.Field(10)) : "";
        await lines.WriteLineAsync($"{controlId}\t{code}{(text.Length == 0 ? "" : "\t" + text)}");
    }

    /// <summary>MSA-1, and why: place and text of ERR, or MSA-3 of older versions.</summary>
    private static (string Code, string Text) Read(byte[] answer)
    {
        if (answer.Length == 0)
            return ("--", "");
        if (!Hl7Message.TryParse(answer, out var reply, out _) || reply.First("MSA").Field(1).Text is not { } code)
            return ("??", "the answer is no acknowledgement");
        if (code is "AA" or "CA")
            return (code, "");
        var error = reply.First("ERR");
        var place = error.Field(2).Raw.ToString() is { Length: > 0 } at ? at + ": " : "";
        return (code, place + (error.Field(8).Text ?? reply.First("MSA").Field(3).Text ?? ""));
    }

    private static string Why(Exception e) => e switch
    {
        SocketException socket => $"cannot be reached ({socket.SocketErrorCode})",
        TimeoutException => "no answer in time; it may or may not have been taken",
        AuthenticationException => "TLS failed",
        IOException { InnerException: SocketException inner } => $"the connection broke ({inner.SocketErrorCode}); it may or may not have been taken",
        _ => e.Message,
    };
}
