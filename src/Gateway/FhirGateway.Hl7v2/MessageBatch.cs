using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace FhirGateway.Hl7v2;

/// <summary>
/// The messages of one payload: [FHS] [BHS] MSH… [BTS] [FTS], every header optional (chapter 2, batch protocol).
/// A new MSH always starts a new message, so two that ran together are never read as one.
/// Where there was a BHS, the reply is one frame of acknowledgements in BHS/BTS (<see cref="AcknowledgementWriter.WriteBatch"/>);
/// else the acknowledgements follow one another in the reply.
/// </summary>
public sealed record MessageBatch
{
    /// <summary>Each message, from its MSH to the byte before the next header or trailer; a payload without any MSH is one message, unreadable as it is.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> Messages { get; init; }

    /// <summary>The bytes from the first BHS (or FHS) on; empty if there is none.</summary>
    public required ReadOnlyMemory<byte> Header { get; init; }

    /// <summary>BTS-1 or FTS-1 disagrees with what is there. Advisory.</summary>
    public required bool CountMismatch { get; init; }

    public bool IsBatch => !Header.IsEmpty;

    /// <summary>There are more messages than were asked for: only the first is here.</summary>
    public bool IsTooLong { get; private init; }

    /// <summary>Splits a payload. Linear; copies nothing.</summary>
    /// <param name="payload">What was received.</param>
    /// <param name="most">Messages that are split off: small ones cost far more when they are apart than in their bytes.</param>
    public static MessageBatch Split(ReadOnlyMemory<byte> payload, int most = int.MaxValue)
    {
        var span = payload.Span;
        var messages = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(1);
        var header = ReadOnlyMemory<byte>.Empty;
        var open = -1;
        var counted = 0;
        var batches = 0;
        var mismatch = false;
        var line = payload.Length - Hl7Header.SkipLeading(payload).Length;
        while (line < span.Length)
        {
            var rest = span[line..];
            switch (NameOf(rest))
            {
                case Kind.Message:
                    Close(line);
                    if (messages.Count >= most)
                        return new MessageBatch { Messages = [messages[0]], Header = header, CountMismatch = false, IsTooLong = true };
                    open = line;
                    break;
                case Kind.Header:
                    Close(line);
                    if (header.IsEmpty || (batches == 0 && rest[0] == 'B'))
                        header = payload[line..];
                    batches += rest[0] == 'B' ? 1 : 0;
                    counted = rest[0] == 'B' ? messages.Count : counted;
                    break;
                case Kind.Trailer:
                    Close(line);
                    var expected = rest[0] == 'B' ? messages.Count - counted : Math.Max(batches, 1);
                    mismatch |= CountOf(rest) is { } said && said != expected;
                    break;
            }
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
                break;
            line += end + 1;
        }
        Close(span.Length);
        if (messages.Count == 0)
            messages.Add(payload);
        return new MessageBatch { Messages = messages.ToImmutable(), Header = header, CountMismatch = mismatch };

        void Close(int end)
        {
            if (open >= 0)
                messages.Add(payload[open..end]);
            open = -1;
        }
    }

    private enum Kind
    {
        Other,
        Message,
        Header,
        Trailer,
    }

    private static Kind NameOf(ReadOnlySpan<byte> line)
    {
        if (line.Length < 4 || line[3] <= 0x20 || line[3] >= 0x7F || char.IsAsciiLetterOrDigit((char)line[3]))
            return line is [(byte)'B' or (byte)'F', (byte)'T', (byte)'S', ..] ? Kind.Trailer : Kind.Other;
        return line[..3] switch
        {
            [(byte)'M', (byte)'S', (byte)'H'] => Kind.Message,
            [(byte)'B' or (byte)'F', (byte)'H', (byte)'S'] => Kind.Header,
            [(byte)'B' or (byte)'F', (byte)'T', (byte)'S'] => Kind.Trailer,
            _ => Kind.Other,
        };
    }

    private static int? CountOf(ReadOnlySpan<byte> trailer)
    {
        var end = trailer.IndexOfAny((byte)'\r', (byte)'\n');
        var line = end < 0 ? trailer : trailer[..end];
        if (line.Length < 5)
            return null;
        var value = line[4..];
        var next = value.IndexOf(line[3]);
        return int.TryParse(Encoding.ASCII.GetString(next < 0 ? value : value[..next]), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
    }

    public override string ToString() => $"MessageBatch({Messages.Length} messages)";
}
