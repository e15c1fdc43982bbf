using System.CommandLine;
using System.Net.Sockets;
using FhirGateway.Adapters.Mllp;
using FhirGateway.Hl7v2;

namespace FhirGateway.Host.Commands;

/// <summary><c>adt send</c>: an MLLP sender for onboarding tests.</summary>
internal static class AdtCommand
{
    private const long MostBytes = 1L << 30;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static Command Create(Session session)
    {
        var command = new Verb("adt", "HL7v2 ADT messages");
        var send = new Verb("send", "Sends the messages of a file over MLLP, one after the other, and prints each control id and its acknowledgement",
            "adt send admit.hl7 --to 127.0.0.1:2575");
        var file = new Argument<string>("FILE") { Description = "Messages, MLLP frames or batches; - reads standard input" };
        var to = new Option<string>("--to") { Description = "Where the listener is", HelpName = "HOST:PORT", Required = true };
        send.Add(file);
        send.Add(to);
        send.SetAction((parsed, cancellationToken) => SendAsync(session, parsed.GetRequiredValue(file), parsed.GetRequiredValue(to), cancellationToken));
        command.Add(send);
        return command;
    }

    private static async Task<int> SendAsync(Session session, string file, string to, CancellationToken cancellationToken)
    {
        var colon = to.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(to.AsSpan(colon + 1), out var port) || port == 0)
            throw new VerbFault($"--to {to}: not HOST:PORT, such as 127.0.0.1:2575");
        var messages = MessageFile.Split(await session.ReadAsync(file, MostBytes, cancellationToken));
        if (messages.IsEmpty)
            throw new VerbFault($"{file}: holds no message");
        MllpClient? client = null;
        try
        {
            client = await MllpClient.ConnectAsync(to[..colon].Trim('[', ']'), port, cancellationToken: cancellationToken);
            return await SendAllAsync(session, client, messages, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new VerbFault($"{to} cannot be reached ({e.SocketErrorCode}): is the gateway running, and is this its MLLP address?");
        }
        catch (TimeoutException e)
        {
            throw new VerbFault($"{to}: {e.Message} The message may or may not have been taken.");
        }
        finally
        {
            if (client is not null)
                await client.DisposeAsync();
        }
    }

    private static async Task<int> SendAllAsync(
        Session session, MllpClient client, IReadOnlyList<ReadOnlyMemory<byte>> messages, CancellationToken cancellationToken)
    {
        var refused = 0;
        foreach (var message in messages)
        {
            var answer = await client.SendAsync(message, Timeout, cancellationToken);
            var (code, text) = Read(answer);
            var controlId = Hl7Header.TryRead(message, out var header) ? System.Text.Encoding.UTF8.GetString(header.Field(10)) : "";
            await session.Output.WriteLineAsync($"{controlId}\t{code}{(text.Length == 0 ? "" : "\t" + text)}");
            if (code != "AA")
                refused++;
        }

        if (refused == 0)
            return ExitCodes.Fine;
        await session.Error.WriteLineAsync($"{refused} of {messages.Count} messages were not answered AA.");
        return ExitCodes.Findings;
    }

    /// <summary>MSA-1, and why: ERR-8, or MSA-3 of older versions.</summary>
    private static (string Code, string Text) Read(byte[] answer)
    {
        if (!Hl7Message.TryParse(answer, out var reply, out _) || reply.First("MSA").Field(1).Text is not { } code)
            return ("??", "the answer is no acknowledgement");
        var text = code == "AA" ? null : reply.First("ERR").Field(8).Text ?? reply.First("MSA").Field(3).Text;
        return (code, text ?? "");
    }
}
