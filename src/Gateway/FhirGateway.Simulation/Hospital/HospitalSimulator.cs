using System.Collections.Immutable;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Channels;
using FhirGateway.Simulation.Mllp;

namespace FhirGateway.Simulation.Hospital;

/// <summary>A hospital's interface engine: sends its script over MLLP, in order within a visit, until every message is answered.</summary>
public sealed class HospitalSimulator(HospitalOptions options, TimeProvider time)
{
    private readonly List<SentMessage> ledger = [];
    private readonly Lock gate = new();
    private long started;

    /// <summary>Answered so far, in the order of the answers.</summary>
    public ImmutableArray<SentMessage> Ledger
    {
        get
        {
            lock (gate)
                return [.. ledger];
        }
    }

    /// <summary>Messages answered so far.</summary>
    public int Answered
    {
        get
        {
            lock (gate)
                return ledger.Count;
        }
    }

    /// <summary>Sends all messages; a broken connection is made anew and its message sent again, until cancelled.</summary>
    /// <returns>The ledger.</returns>
    public async Task<ImmutableArray<SentMessage>> RunAsync(IEnumerable<ScriptedMessage> messages, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lanes = Enumerable.Range(0, options.Connections).Select(_ => Channel.CreateBounded<ScriptedMessage>(64)).ToArray();
        var senders = lanes.Select(lane => StopOthersOnFault(SendLaneAsync(lane.Reader, stop.Token), stop)).ToList();
        started = time.GetTimestamp();
        senders.Add(StopOthersOnFault(DispatchAsync(messages, lanes, stop.Token), stop));
        await Task.WhenAll(senders);
        return Ledger;
    }

    private async Task DispatchAsync(IEnumerable<ScriptedMessage> messages, Channel<ScriptedMessage>[] lanes, CancellationToken cancellationToken)
    {
        var count = 0;
        try
        {
            foreach (var message in messages)
            {
                await PaceAsync(count++, cancellationToken);
                await lanes[Lane(message.Visit.Number, lanes.Length)].Writer.WriteAsync(message, cancellationToken);
            }
        }
        finally
        {
            foreach (var lane in lanes)
                lane.Writer.TryComplete();
        }
    }

    private async Task PaceAsync(int count, CancellationToken cancellationToken)
    {
        if (options.MessagesPerSecond <= 0)
            return;
        var early = TimeSpan.FromSeconds(count / options.MessagesPerSecond) - time.GetElapsedTime(started);
        if (early > TimeSpan.FromMilliseconds(1))
            await Task.Delay(early, time, cancellationToken);
    }

    private async Task SendLaneAsync(ChannelReader<ScriptedMessage> lane, CancellationToken cancellationToken)
    {
        MllpConnection? connection = null;
        try
        {
            await foreach (var message in lane.ReadAllAsync(cancellationToken))
                connection = await SendAsync(message, connection, cancellationToken);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private async Task<MllpConnection?> SendAsync(ScriptedMessage message, MllpConnection? connection, CancellationToken cancellationToken)
    {
        var bytes = HospitalScript.Render(message);
        var rejected = 0;
        for (var attempt = 1; ; attempt++)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(options.AnswerTimeout);
            try
            {
                connection ??= await MllpConnection.ConnectAsync(options.Gateway, patience.Token);
                var from = time.GetTimestamp();
                var answer = await connection.SendAsync(bytes, patience.Token);
                if (answer.ControlId != message.ControlId)
                    throw new IOException("The answer names another control id than the message");
                if (answer.Code == "AR" && ++rejected < options.RejectedAttempts)
                {
                    await Task.Delay(options.RetryDelay, time, cancellationToken);
                    continue;
                }
                Record(new SentMessage(message.ControlId, message.Trigger, answer.Code, time.GetUtcNow(), time.GetElapsedTime(from), attempt, [.. SHA256.HashData(bytes)]));
                return connection;
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                connection?.Dispose();
                connection = null;
                await Task.Delay(options.RetryDelay, time, cancellationToken);
            }
        }
    }

    private void Record(SentMessage message)
    {
        lock (gate)
            ledger.Add(message);
    }

    private static async Task StopOthersOnFault(Task task, CancellationTokenSource stop)
    {
        try
        {
            await task;
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private static int Lane(string visit, int lanes)
    {
        var hash = 17u;
        foreach (var c in visit)
            hash = hash * 31 + c;
        return (int)(hash % (uint)lanes);
    }
}
