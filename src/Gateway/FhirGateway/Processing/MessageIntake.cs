using FhirGateway.Contracts;
using FhirGateway.FeedHealth;
using FhirGateway.Hl7v2;
using FhirGateway.Journal;
using FhirGateway.Messages;
using FhirGateway.Organizations;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Processing;

/// <summary>
/// Answers HL7v2 messages. AA and CA only after the bytes are durable; what the sender must fix is AE, stored and held all the same;
/// what is no business of ours, or no business of this sender, is AR and not stored; without storage there is no positive answer.
/// </summary>
public sealed partial class MessageIntake(IJournal journal, CurrentDirectory directory, TimeProvider clock, ILogger<MessageIntake> log, ControlIds? controlIds = null)
{
    /// <summary>Messages in one payload; more are refused as a whole.</summary>
    public const int MostInBatch = 20_000;

    /// <summary>So many of a batch share the journal's syncs; the rest of it waits.</summary>
    private const int AtATime = 500;
    private long answered;

    /// <summary>Told by which way and from whom a message came that is refused, and why, so that it can be recorded; must be cheap.</summary>
    public Action<MessageOrigin, string>? OnRefused { get; set; }

    /// <summary>The health of feeds, told of every message that is refused.</summary>
    public FeedLedger? Feeds { get; init; }

    /// <summary>The reply to a payload whose sender nothing proves but its facility.</summary>
    public ValueTask<MessageReply> ReceiveAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        ReceiveAsync(payload, MessageOrigin.Plain, cancellationToken);

    /// <summary>The reply to one payload: what its sender asked to be told of each message, in order.</summary>
    public async ValueTask<MessageReply> ReceiveAsync(ReadOnlyMemory<byte> payload, MessageOrigin origin, CancellationToken cancellationToken)
    {
        var batch = MessageBatch.Split(payload, MostInBatch);
        if (batch.IsTooLong)
            return TooLong(batch, origin);
        if (batch.Messages.Length == 1 && !batch.IsBatch)
            return await AnswerAsync(batch.Messages[0], origin, cancellationToken);
        if (batch.CountMismatch)
            Log.CountMismatch(log, origin.Route, origin.Sender ?? "(by its facility)", batch.Messages.Length);
        var replies = new List<byte[]>();
        foreach (var some in batch.Messages.Chunk(AtATime))
        {
            var answers = await Task.WhenAll(some.Select(m => AnswerAsync(m, origin, cancellationToken).AsTask()));
            replies.AddRange(answers.SelectMany(r => (byte[][])[r.First.ToArray(), r.Second.ToArray()]).Where(r => r.Length > 0));
        }

        if (replies.Count == 0)
            return default;
        return batch.IsBatch
            ? AcknowledgementWriter.WriteBatch(batch.Header, replies, NextControlId(), clock.GetUtcNow())
            : replies.SelectMany(r => r).ToArray();
    }

    /// <summary>Nothing of it is kept, and one answer says so: to the first of its messages, which names what it answers.</summary>
    private MessageReply TooLong(MessageBatch batch, MessageOrigin origin)
    {
        Note(origin, ReasonCodes.Unreadable, null);
        var answer = Answer(AckCode.AE, Hl7ErrorCode.SegmentSequence, "MSH", $"more than {MostInBatch} messages in one frame; nothing of it is kept, send it in parts");
        var reply = AcknowledgementWriter.Answer(batch.Messages[0], answer, isKept: false);
        return batch.IsBatch && !reply.IsEmpty
            ? AcknowledgementWriter.WriteBatch(batch.Header, [reply.First.ToArray()], NextControlId(), clock.GetUtcNow())
            : reply;
    }

    private async ValueTask<MessageReply> AnswerAsync(ReadOnlyMemory<byte> message, MessageOrigin origin, CancellationToken cancellationToken)
    {
        var receivedAt = clock.GetUtcNow();
        var examination = AdtExamination.Examine(message);
        var source = SourceOf(examination, origin);
        if (source?.Feed.Charset is { } charset)
            examination = AdtExamination.Examine(message, charset);
        if (Refusal(examination, source, origin) is { } refusal)
        {
            Note(origin, refusal.Reason, examination.SendingFacility);
            return AcknowledgementWriter.Answer(message, refusal.Answer, isKept: false);
        }

        var unique = source!.Feed.RefusesChangedRepeats && controlIds is not null ? examination.ControlId : null;
        if (unique is not null && !controlIds!.TryTake(source.Id, unique, message.Span))
        {
            Note(origin, ReasonCodes.ChangedRepeat, examination.SendingFacility);
            return AcknowledgementWriter.Answer(
                message, Answer(AckCode.AE, Hl7ErrorCode.DuplicateKey, "MSH^1^10", "control id was used for another message"), isKept: false);
        }

        try
        {
            var entry = new JournalEntry(EntryKind.Hl7v2Message, source.Number, receivedAt, examination.RejectionReason ?? "", message);
            var at = await journal.AppendAsync(entry, cancellationToken);
            if (unique is not null)
                controlIds!.Settle(source.Id, unique, message.Span, at);
        }
        catch (IOException e)
        {
            Log.NotDurable(log, e.Message);
            if (unique is not null)
                controlIds!.Free(source.Id, unique, message.Span);
            Note(origin, ReasonCodes.InternalError, examination.SendingFacility);
            return AcknowledgementWriter.Answer(message, Answer(AckCode.AR, Hl7ErrorCode.InternalError, null, "cannot be stored now; send it again"), isKept: false);
        }

        GatewayTelemetry.Accepted.Add(1, new KeyValuePair<string, object?>("kind", "hl7v2"));
        return AcknowledgementWriter.Answer(message, examination.Answer(NextControlId(), clock.GetUtcNow()), isKept: true);
    }

    /// <summary>Who sent it: whoever proved it, else the owner of the sending facility.</summary>
    private Source? SourceOf(AdtExamination examination, MessageOrigin origin)
    {
        if (origin.Sender is { } sender)
            return directory.Value.FindSource(sender);
        return examination.SendingFacility is { } facility ? directory.Value.FindFacility(facility) : null;
    }

    /// <summary>Why nothing of a message is kept; null where it is.</summary>
    private (string Reason, Acknowledgement Answer)? Refusal(AdtExamination examination, Source? source, MessageOrigin origin)
    {
        if (examination.AckCode == AckCode.AR)
            return (examination.RejectionReason!, examination.Answer(NextControlId(), clock.GetUtcNow()));
        var isReadable = examination.AckCode == AckCode.AA || examination.SendingFacility is not null || examination.ControlId is not null;
        if (source is null && examination.AckCode == AckCode.AE && examination.SendingFacility is null)
            // Nothing says whose it is: it cannot be kept for anybody, and the sender must mend it.
            return (examination.RejectionReason ?? ReasonCodes.Unreadable, examination.Answer(NextControlId(), clock.GetUtcNow()));
        if (source is null)
            return (ReasonCodes.UnknownFacility, Answer(AckCode.AR, Hl7ErrorCode.UnknownKey, "MSH^1^4", "sending facility is not known here"));
        if (origin.Sender is not null && isReadable && !Owns(source, examination.SendingFacility))
            return (ReasonCodes.ForeignFacility, Answer(AckCode.AR, Hl7ErrorCode.UnknownKey, "MSH^1^4", "sending facility is not one of this sender's"));
        return null;
    }

    private static bool Owns(Source source, string? facility) =>
        facility is not null && source.Facilities.Contains(facility, StringComparer.OrdinalIgnoreCase);

    private Acknowledgement Answer(AckCode code, Hl7ErrorCode error, string? location, string text) => new()
    {
        Code = code,
        ControlId = NextControlId(),
        Time = clock.GetUtcNow(),
        Error = error,
        Location = location,
        Text = text,
    };

    private void Note(MessageOrigin origin, string reason, string? facility)
    {
        Feeds?.Refused(facility, reason, clock.GetUtcNow(), origin.Sender);
        if (OnRefused is { } note)
            note(origin, reason);
        else
            GatewayTelemetry.Refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    private string NextControlId() =>
        $"GW{clock.GetUtcNow().ToUnixTimeMilliseconds():X}{Interlocked.Increment(ref answered) & 0xFFFFF:X5}";

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The journal cannot be written ({Fault}): messages are refused")]
        public static partial void NotDurable(ILogger logger, string fault);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A batch over {Route} from {Source} counts otherwise than its trailer says: {Messages} messages are here")]
        public static partial void CountMismatch(ILogger logger, string route, string source, int messages);
    }
}
