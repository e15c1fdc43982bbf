using FhirGateway.Contracts;
using FhirGateway.Hl7v2;
using FhirGateway.Journal;
using FhirGateway.Messages;
using FhirGateway.Organizations;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Processing;

/// <summary>
/// Answers HL7v2 messages. AA only after the bytes are durable; what the sender must fix is AE, stored and held all the same;
/// what is no business of ours is AR and not stored; without storage there is no positive answer.
/// </summary>
public sealed partial class MessageIntake(IJournal journal, CurrentDirectory directory, TimeProvider clock, ILogger<MessageIntake> log)
{
    private long answered;

    /// <summary>Told the reason of every message that is refused, so that it can be recorded; must be cheap.</summary>
    public Action<string>? OnRefused { get; set; }

    /// <summary>The reply to the payload of one frame: an acknowledgement a message, in order.</summary>
    public ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        ReceiveAsync(payload, from: null, cancellationToken);

    /// <summary>The same, where it is known who sends: the sending facility must be one of that source's.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(ReadOnlyMemory<byte> payload, Source? from, CancellationToken cancellationToken)
    {
        var batch = MessageBatch.Split(payload);
        if (batch.Messages.Length == 1 && !batch.IsBatch)
            return await AnswerAsync(batch.Messages[0], from, cancellationToken);
        var pending = batch.Messages.Select(m => AnswerAsync(m, from, cancellationToken).AsTask()).ToList();
        var replies = await Task.WhenAll(pending);
        return batch.IsBatch
            ? AcknowledgementWriter.WriteBatch(batch.Header, replies, NextControlId(), clock.GetUtcNow())
            : replies.SelectMany(r => r).ToArray();
    }

    private async ValueTask<byte[]> AnswerAsync(ReadOnlyMemory<byte> message, Source? from, CancellationToken cancellationToken)
    {
        var receivedAt = clock.GetUtcNow();
        var examination = AdtExamination.Examine(message);
        if (examination.AckCode == AckCode.AR)
            return Refuse(message, examination.RejectionReason!, examination.Error, examination.ErrorLocation, examination.ErrorText);
        var source = examination.SendingFacility is { } facility ? directory.Value.FindFacility(facility)
            : examination.AckCode == AckCode.AE ? from : null;
        if (from is not null && source?.Number != from.Number)
            return Refuse(message, ReasonCodes.UnknownFacility, Hl7ErrorCode.UnknownKey, "MSH^1^4", "sending facility is not one of this sender's");
        if (source is null && examination.AckCode == AckCode.AE && examination.SendingFacility is null)
            return Unreadable(message, examination);
        if (source is null)
            return Refuse(message, ReasonCodes.UnknownFacility, Hl7ErrorCode.UnknownKey, "MSH^1^4", "sending facility is not known here");
        try
        {
            var entry = new JournalEntry(EntryKind.Hl7v2Message, source.Number, receivedAt, examination.RejectionReason ?? "", message);
            await journal.AppendAsync(entry, cancellationToken);
        }
        catch (IOException e)
        {
            Log.NotDurable(log, e.Message);
            return Refuse(message, ReasonCodes.InternalError, Hl7ErrorCode.InternalError, null, "cannot be stored now; send it again");
        }

        GatewayTelemetry.Accepted.Add(1, new KeyValuePair<string, object?>("kind", "hl7v2"));
        return Write(message, examination.AckCode, examination.Error, examination.ErrorLocation, examination.ErrorText);
    }

    /// <summary>Nothing says whose it is: it cannot be kept for anybody, and the sender must mend it.</summary>
    private byte[] Unreadable(ReadOnlyMemory<byte> message, AdtExamination examination)
    {
        Note(examination.RejectionReason ?? ReasonCodes.Unreadable);
        return Write(message, AckCode.AE, examination.Error, examination.ErrorLocation, examination.ErrorText);
    }

    private byte[] Refuse(ReadOnlyMemory<byte> message, string reason, Hl7ErrorCode error, string? location, string? text)
    {
        Note(reason);
        return Write(message, AckCode.AR, error, location, text);
    }

    private byte[] Write(ReadOnlyMemory<byte> message, AckCode code, Hl7ErrorCode error, string? location, string? text) =>
        AcknowledgementWriter.Write(message, new Acknowledgement
        {
            Code = code,
            ControlId = NextControlId(),
            Time = clock.GetUtcNow(),
            Error = error,
            Location = location,
            Text = text,
        });

    private void Note(string reason)
    {
        if (OnRefused is { } note)
            note(reason);
        else
            GatewayTelemetry.Refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    private string NextControlId() =>
        $"GW{clock.GetUtcNow().ToUnixTimeMilliseconds():X}{Interlocked.Increment(ref answered) & 0xFFFFF:X5}";

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The journal cannot be written ({Fault}): messages are refused")]
        public static partial void NotDurable(ILogger logger, string fault);
    }
}
