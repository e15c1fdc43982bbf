using System.Buffers;
using System.Text;
using System.Text.Unicode;
using FhirGateway.Contracts;
using FhirGateway.Hl7v2;

namespace FhirGateway.Messages;

/// <summary>
/// What must be known of a message before it is answered: read in one pass over the bytes, without decoding or indexing them.
/// A message that is not accepted is stored and held all the same.
/// </summary>
public sealed record AdtExamination
{
    /// <summary>MSH-10.</summary>
    public string? ControlId { get; private init; }

    /// <summary>MSH-3.1.</summary>
    public string? SendingApplication { get; private init; }

    /// <summary>MSH-4.1.</summary>
    public string? SendingFacility { get; private init; }

    /// <summary>MSH-9.2, else MSH-9.1's own suffix, else EVN-1, of an ADT message.</summary>
    public string? Trigger { get; private init; }

    /// <summary>MSH-11.1: P, T or D.</summary>
    public string? ProcessingId { get; private init; }

    /// <summary>MSH-12.1.</summary>
    public string? Version { get; private init; }

    public required AckCode AckCode { get; init; }

    /// <summary>A code of <see cref="ReasonCodes"/>: why it is refused, or accepted and held (unsupported-event); null if it can be converted.</summary>
    public string? RejectionReason { get; private init; }

    /// <summary>ERR-3.</summary>
    public Hl7ErrorCode Error { get; private init; }

    /// <summary>ERR-2, such as PV1 or MSH^1^10; no value of the message.</summary>
    public string? ErrorLocation { get; private init; }

    /// <summary>ERR-8, fixed text.</summary>
    public string? ErrorText { get; private init; }

    /// <summary>Answered AA and to be held until a version that converts the event starts.</summary>
    public bool IsHeldForLater => AckCode == AckCode.AA && RejectionReason is not null;

    /// <summary>Examines one message (see <see cref="MessageBatch.Split"/> for payloads that may hold more). Never throws on data.</summary>
    public static AdtExamination Examine(ReadOnlyMemory<byte> message)
    {
        switch (Hl7Message.FindFault(message, out var header))
        {
            case Hl7FaultCode.None:
                break;
            case Hl7FaultCode.WideCharacters:
                return Unreadable(ReasonCodes.InvalidText, Hl7ErrorCode.DataType, null, "message is UTF-16 or UTF-32");
            case Hl7FaultCode.Delimiters:
                return Unreadable(ReasonCodes.Unreadable, Hl7ErrorCode.DataType, "MSH^1^2", "delimiters cannot be used");
            default:
                return Unreadable(ReasonCodes.Unreadable, Hl7ErrorCode.SegmentSequence, "MSH", "message does not start with MSH");
        }
        var segments = SegmentSurvey.Of(Hl7Header.SkipLeading(message).Span, (byte)header.Delimiters.Field);
        var (type, trigger) = TypeOf(header, segments);
        var facts = new AdtExamination
        {
            AckCode = AckCode.AA,
            ControlId = header.Text(10, 1) is null ? null : Encoding.UTF8.GetString(header.Field(10).Trim((byte)' ')),
            SendingApplication = header.Text(3, 1),
            SendingFacility = header.Text(4, 1),
            Trigger = trigger,
            ProcessingId = header.Text(11, 1),
            Version = header.Text(12, 1),
        };
        return Judge(facts, type, AdtTriggers.Find(trigger), segments, header, message);
    }

    /// <summary>The acknowledgement that says this.</summary>
    /// <param name="controlId">The acknowledgement's own MSH-10.</param>
    /// <param name="time">Time of answering.</param>
    public Acknowledgement Answer(string controlId, DateTimeOffset time) => new()
    {
        Code = AckCode,
        ControlId = controlId,
        Time = time,
        Error = AckCode == AckCode.AA ? Hl7ErrorCode.Accepted : Error,
        Location = ErrorLocation,
        Text = ErrorText,
    };

    private static AdtExamination Judge(
        AdtExamination facts, string? type, AdtTrigger? trigger, SegmentSurvey segments, Hl7Header header, ReadOnlyMemory<byte> message)
    {
        if (segments.Headers > 1)
            return facts.Refuse(AckCode.AE, ReasonCodes.Unreadable, Hl7ErrorCode.SegmentSequence, "MSH^2", "a second MSH before the end of the message");
        if (facts.ControlId is null)
            return facts.Refuse(AckCode.AE, ReasonCodes.Unreadable, Hl7ErrorCode.RequiredFieldMissing, "MSH^1^10", "control id missing");
        if (type is not "ADT")
            return facts.Refuse(AckCode.AR, ReasonCodes.UnknownEvent, Hl7ErrorCode.UnsupportedMessageType, "MSH^1^9^1^1", "only ADT messages are taken here");
        if (trigger is null)
            return facts.Refuse(AckCode.AR, ReasonCodes.UnknownEvent, Hl7ErrorCode.UnsupportedEvent, "MSH^1^9^1^2", "event is in no table");
        if (FirstMissing(trigger, segments) is { } missing)
        {
            // What was cut off may be what is missing: the sender is told which of the two it was.
            var reason = segments.EndsOpen && missing != "PID" ? ReasonCodes.Truncated : ReasonCodes.SegmentMissing;
            return facts.Refuse(AckCode.AE, reason, Hl7ErrorCode.RequiredFieldMissing, missing, "required segment missing");
        }
        if (Hl7Charset.IsUtf8(header.Component(18, 1)) && !Utf8.IsValid(message.Span))
            return facts.Refuse(AckCode.AE, ReasonCodes.InvalidText, Hl7ErrorCode.DataType, "MSH^1^18", "bytes are not the character set that MSH-18 names");
        return trigger.IsConverted ? facts : facts with { RejectionReason = ReasonCodes.UnsupportedEvent };
    }

    /// <summary>ERR-2 of the first segment that the event cannot do without and the message has not.</summary>
    private static string? FirstMissing(AdtTrigger trigger, SegmentSurvey segments) =>
        trigger.RequiresPatient && !segments.HasPatient ? "PID"
        : trigger.RequiresTwoPatients && segments.Patients < 2 ? "PID^2"
        : trigger.RequiresMerge && !segments.HasMerge ? "MRG"
        : trigger.RequiresVisit && !segments.HasVisit ? "PV1"
        : null;

    /// <summary>MSH-9 in all its forms: ADT^A01^ADT_A01, ADT^A01, ADT_A01, and ADT alone with the event in EVN-1.</summary>
    private static (string? Type, string? Trigger) TypeOf(Hl7Header header, SegmentSurvey segments)
    {
        var type = header.Text(9, 1);
        var trigger = header.Text(9, 2);
        if (trigger is null && type is { Length: 7 } && type.StartsWith("ADT_", StringComparison.Ordinal))
            return ("ADT", type[4..]);
        return (type, trigger ?? (type is "ADT" ? segments.Event : null));
    }

    private static AdtExamination Unreadable(string reason, Hl7ErrorCode error, string? location, string text) =>
        new AdtExamination { AckCode = AckCode.AE }.Refuse(AckCode.AE, reason, error, location, text);

    private AdtExamination Refuse(AckCode code, string reason, Hl7ErrorCode error, string? location, string text) =>
        this with { AckCode = code, RejectionReason = reason, Error = error, ErrorLocation = location, ErrorText = text };

    public override string ToString() => $"AdtExamination({AckCode}, {RejectionReason})";
}
