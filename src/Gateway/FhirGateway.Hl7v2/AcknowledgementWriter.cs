using System.Buffers;
using System.Globalization;
using System.Text;

namespace FhirGateway.Hl7v2;

/// <summary>
/// Writes acknowledgements (chapter 2, message acknowledgement). Original mode if MSH-15 and MSH-16 are empty; else enhanced:
/// the accept level (CA, CE, CR) where MSH-15 asks for it, then the application level (AA, AE, AR) where MSH-16 does.
/// What is repeated of the message (MSH-3 to 6, 9.2, 10, 11, 12) is repeated byte for byte under the message's own delimiters,
/// except that control characters are escaped: no value can start a segment or end a frame.
/// </summary>
public static class AcknowledgementWriter
{
    /// <summary>The payload of the one reply that a way without a second frame can carry; empty if the sender wants none.</summary>
    public static byte[] Write(ReadOnlyMemory<byte> message, Acknowledgement acknowledgement) => Answer(message, acknowledgement, isKept: false).First.ToArray();

    /// <summary>All that the sender of <paramref name="message"/> asked to be told.</summary>
    /// <param name="message">As received.</param>
    /// <param name="acknowledgement">What became of it.</param>
    /// <param name="isKept">Whether its bytes are stored, also where it is in error: then custody is accepted (CA), and the error is the application's to tell.</param>
    public static MessageReply Answer(ReadOnlyMemory<byte> message, Acknowledgement acknowledgement, bool isKept)
    {
        if (!Hl7Header.TryRead(message, out var header))
            header = default;
        var (accept, application) = Codes(header, acknowledgement.Code, isKept);
        if (accept is null)
            return application is null ? default : new MessageReply(Write(header, acknowledgement, application));
        if (application is null)
            return new MessageReply(Write(header, acknowledgement, accept));
        return new MessageReply(
            Write(header, acknowledgement, accept),
            Write(header, acknowledgement with { ControlId = acknowledgement.ControlId + "A" }, application));
    }

    private static byte[] Write(Hl7Header header, Acknowledgement acknowledgement, string code)
    {
        var d = header.Field(1).IsEmpty ? Hl7Delimiters.Standard : header.Delimiters;
        var output = new ArrayBufferWriter<byte>(256);
        WriteHeader(output, header, d, acknowledgement);
        Append(output, $"MSA{d.Field}{code}{d.Field}");
        AppendField(output, header.Field(10), d);
        var text = Hl7Escape.Escape(acknowledgement.Text ?? "", d);
        var hasError = code[1] != 'A' && acknowledgement.Error != Hl7ErrorCode.Accepted;
        var isOlder = !AtLeast(header, 2, 5);
        if (hasError && isOlder && text.Length > 0)
            Append(output, $"{d.Field}{text}");
        Append(output, "\r");
        if (hasError && !isOlder)
            WriteError(output, d, acknowledgement, text);
        else if (hasError && AtLeast(header, 2, 2))
            WriteOlderError(output, d, acknowledgement);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>ERR of 2.5 and later: where (ERR-2), what (ERR-3, table 0357), how bad (ERR-4), in words (ERR-8).</summary>
    private static void WriteError(ArrayBufferWriter<byte> output, Hl7Delimiters d, Acknowledgement acknowledgement, string text)
    {
        var location = (acknowledgement.Location ?? "").Replace('^', d.Component);
        Append(output, $"ERR{d.Field}{d.Field}{location}{d.Field}{Number(acknowledgement.Error)}{d.Component}{Meaning(acknowledgement.Error)}{d.Component}HL70357");
        Append(output, $"{d.Field}E{d.Field}{d.Field}{d.Field}{d.Field}{text}\r");
    }

    /// <summary>ERR of 2.2 to 2.4 has one field: segment, its sequence, the field's position, and the error as subcomponents.</summary>
    private static void WriteOlderError(ArrayBufferWriter<byte> output, Hl7Delimiters d, Acknowledgement acknowledgement)
    {
        var place = (acknowledgement.Location ?? "").Split('^');
        string At(int i) => i < place.Length ? place[i] : "";
        Append(output, $"ERR{d.Field}{At(0)}{d.Component}{At(1)}{d.Component}{At(2)}{d.Component}");
        Append(output, $"{Number(acknowledgement.Error)}{d.Subcomponent}{Meaning(acknowledgement.Error)}{d.Subcomponent}HL70357\r");
    }

    private static string Number(Hl7ErrorCode code) => ((int)code).ToString(CultureInfo.InvariantCulture);

    /// <summary>Puts the acknowledgements of a batch between BHS and BTS, answering the batch header at the start of <paramref name="batch"/>.</summary>
    public static byte[] WriteBatch(ReadOnlyMemory<byte> batch, IReadOnlyList<byte[]> acknowledgements, string controlId, DateTimeOffset time)
    {
        if (!Hl7Header.TryRead(batch, out var header, "BHS"))
            Hl7Header.TryRead(batch, out header, "FHS");
        var d = header.Field(1).IsEmpty ? Hl7Delimiters.Standard : header.Delimiters;
        var output = new ArrayBufferWriter<byte>(1024);
        WriteRouting(output, "BHS", header, d, time);
        Append(output, $"{d.Field}{d.Field}{d.Field}{d.Field}{controlId}{d.Field}");
        AppendField(output, header.Field(11), d);
        Append(output, "\r");
        var count = 0;
        foreach (var acknowledgement in acknowledgements)
        {
            output.Write(acknowledgement);
            count += acknowledgement.Length > 0 ? 1 : 0;
        }
        Append(output, $"BTS{d.Field}{count}\r");
        return output.WrittenSpan.ToArray();
    }

    /// <summary>
    /// MSA-1 of the accept level and of the application level; null where the sender wants none. What is refused was never taken on,
    /// and what could not be kept neither: then the accept level, where it is asked for, says all there is.
    /// </summary>
    private static (string? Accept, string? Application) Codes(Hl7Header header, AckCode outcome, bool isKept)
    {
        var accept = Condition(header.Component(15, 1));
        var application = Condition(header.Component(16, 1));
        if (accept.IsEmpty && application.IsEmpty)
            return (null, outcome.ToString());
        var reports = Wants(application, outcome);
        if (outcome == AckCode.AA || (outcome == AckCode.AE && isKept && reports))
            return (Wants(accept, AckCode.AA) ? "CA" : null, reports ? outcome.ToString() : null);
        if (Wants(accept, outcome))
            return (outcome == AckCode.AE ? "CE" : "CR", null);
        return (null, reports ? outcome.ToString() : null);
    }

    /// <summary>A value outside table 0155 asks for nothing: a sender with a misplaced field still waits for its answer.</summary>
    private static ReadOnlySpan<byte> Condition(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("AL"u8) || value.SequenceEqual("NE"u8) || value.SequenceEqual("ER"u8) || value.SequenceEqual("SU"u8) ? value : default;

    /// <summary>Table 0155.</summary>
    private static bool Wants(ReadOnlySpan<byte> condition, AckCode outcome) =>
        condition.SequenceEqual("AL"u8)
        || (condition.SequenceEqual("ER"u8) && outcome != AckCode.AA)
        || (condition.SequenceEqual("SU"u8) && outcome == AckCode.AA);

    private static void WriteHeader(ArrayBufferWriter<byte> output, Hl7Header header, Hl7Delimiters d, Acknowledgement acknowledgement)
    {
        WriteRouting(output, "MSH", header, d, acknowledgement.Time);
        Append(output, $"{d.Field}{d.Field}ACK");
        var trigger = header.Component(9, 2);
        if (!trigger.IsEmpty && AtLeast(header, 2, 2))
        {
            Append(output, $"{d.Component}");
            AppendField(output, trigger, d);
            if (AtLeast(header, 2, 4) || header.Component(12, 1).SequenceEqual("2.3.1"u8))
                Append(output, $"{d.Component}ACK");
        }
        Append(output, $"{d.Field}{acknowledgement.ControlId}{d.Field}");
        AppendField(output, header.Field(11).IsEmpty ? "P"u8 : header.Field(11), d);
        Append(output, $"{d.Field}");
        AppendField(output, header.Field(12).IsEmpty ? "2.5.1"u8 : header.Field(12), d);
        var charset = header.Field(18);
        if (!charset.IsEmpty)
        {
            output.Write(Enumerable.Repeat((byte)d.Field, 6).ToArray());
            AppendField(output, charset, d);
        }
        Append(output, "\r");
    }

    /// <summary>Fields 1 to 7, with sender and receiver exchanged.</summary>
    private static void WriteRouting(ArrayBufferWriter<byte> output, string name, Hl7Header header, Hl7Delimiters d, DateTimeOffset time)
    {
        Append(output, $"{name}{d.Field}{d.Component}{d.Repetition}{d.Escape}{d.Subcomponent}{(d.Truncation == Hl7Delimiters.None ? "" : d.Truncation)}");
        foreach (var field in (ReadOnlySpan<int>)[5, 6, 3, 4])
        {
            Append(output, $"{d.Field}");
            AppendField(output, header.Field(field), d);
        }
        var stamp = time.ToString("yyyyMMddHHmmss.fffzzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        Append(output, $"{d.Field}{stamp}");
    }

    private static bool AtLeast(Hl7Header header, int major, int minor)
    {
        var version = header.Component(12, 1);
        if (version.Length < 3 || version[1] != '.')
            return true;
        var (sentMajor, sentMinor) = (version[0] - '0', version[2] - '0');
        return sentMajor > major || (sentMajor == major && sentMinor >= minor);
    }

    private static void AppendField(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> value, Hl7Delimiters d)
    {
        while (!value.IsEmpty)
        {
            var at = value.IndexOfAnyInRange((byte)0, (byte)0x1F);
            output.Write(at < 0 ? value : value[..at]);
            if (at < 0)
                return;
            Append(output, $"{d.Escape}X{value[at]:X2}{d.Escape}");
            value = value[(at + 1)..];
        }
    }

    private static void Append(ArrayBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);

    private static string Meaning(Hl7ErrorCode code) => code switch
    {
        Hl7ErrorCode.SegmentSequence => "Segment sequence error",
        Hl7ErrorCode.RequiredFieldMissing => "Required field missing",
        Hl7ErrorCode.DataType => "Data type error",
        Hl7ErrorCode.TableValue => "Table value not found",
        Hl7ErrorCode.ValueTooLong => "Value too long",
        Hl7ErrorCode.UnsupportedMessageType => "Unsupported message type",
        Hl7ErrorCode.UnsupportedEvent => "Unsupported event code",
        Hl7ErrorCode.UnsupportedProcessingId => "Unsupported processing id",
        Hl7ErrorCode.UnsupportedVersion => "Unsupported version id",
        Hl7ErrorCode.UnknownKey => "Unknown key identifier",
        Hl7ErrorCode.DuplicateKey => "Duplicate key identifier",
        Hl7ErrorCode.RecordLocked => "Application record locked",
        _ => "Application internal error",
    };
}
