using System.Buffers;

namespace FhirGateway.Adapters.Mllp;

/// <summary>
/// Cuts a byte stream into MLLP frames (0x0B payload 0x1C 0x0D), however the stream was split or merged on its way.
/// Blanks and NULs between frames are skipped, other bytes too up to a limit. A second start block drops what was begun.
/// The CR may be missing where a start block, an LF or nothing follows; any other byte after an end block means that the frame
/// cannot be trusted to be whole.
/// </summary>
public struct MllpFramer(int maxFrameBytes, int maxJunkBytes)
{
    public const byte StartBlock = 0x0B;
    public const byte EndBlock = 0x1C;
    public const byte CarriageReturn = 0x0D;

    private readonly int maxFrameBytes = maxFrameBytes;
    private readonly int maxJunkBytes = maxJunkBytes;
    private bool isOpen;
    private long scanned;

    /// <summary>A frame has begun and not ended.</summary>
    public readonly bool IsOpen => isOpen;

    /// <summary>Frames that a second start block cut off.</summary>
    public long PartialsDropped { get; private set; }

    /// <summary>Bytes skipped between frames that were not blank.</summary>
    public long JunkBytes { get; private set; }

    /// <summary>
    /// Looks for the next frame and takes it, with all before it, from <paramref name="buffer"/>. Bytes already looked at are not looked at again,
    /// provided the next call starts with what this one left.
    /// </summary>
    /// <param name="buffer">What was received; on return, what remains.</param>
    /// <param name="trailerOverdue">Take a frame whose CR did not come.</param>
    /// <param name="payload">The payload, if complete.</param>
    public MllpFrameStatus TryRead(ref ReadOnlySequence<byte> buffer, bool trailerOverdue, out ReadOnlySequence<byte> payload)
    {
        payload = default;
        while (true)
        {
            if (!isOpen && !TryOpen(ref buffer))
                return JunkBytes > maxJunkBytes ? MllpFrameStatus.Broken : MllpFrameStatus.Incomplete;
            var reader = new SequenceReader<byte>(buffer);
            reader.Advance(scanned);
            if (!reader.TryAdvanceToAny([StartBlock, EndBlock], advancePastDelimiter: false))
            {
                scanned = buffer.Length;
                return scanned > maxFrameBytes ? MllpFrameStatus.TooLarge : MllpFrameStatus.Incomplete;
            }
            scanned = reader.Consumed;
            if (scanned > maxFrameBytes)
                return MllpFrameStatus.TooLarge;
            var end = reader.Position;
            reader.TryRead(out var found);
            if (found == StartBlock)
            {
                PartialsDropped++;
                Leave(ref buffer, reader.Position);
                isOpen = true;
                continue;
            }
            if (!reader.TryPeek(out var next))
            {
                if (!trailerOverdue)
                    return MllpFrameStatus.AwaitingTrailer;
            }
            else if (next is CarriageReturn or (byte)'\n')
            {
                reader.Advance(1);
            }
            else if (next != StartBlock)
            {
                return MllpFrameStatus.Broken;
            }
            payload = buffer.Slice(0, end);
            Leave(ref buffer, reader.Position);
            return MllpFrameStatus.Complete;
        }
    }

    /// <summary>Skips to behind the next start block.</summary>
    private bool TryOpen(ref ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        var found = reader.TryAdvanceTo(StartBlock, advancePastDelimiter: true);
        var skipped = found ? buffer.Slice(0, reader.Consumed - 1) : buffer;
        foreach (var segment in skipped)
            foreach (var b in segment.Span)
                if (b is not (CarriageReturn or (byte)'\n' or (byte)' ' or (byte)'\t' or 0))
                    JunkBytes++;
        Leave(ref buffer, found ? reader.Position : buffer.End);
        isOpen = found;
        return found && JunkBytes <= maxJunkBytes;
    }

    private void Leave(ref ReadOnlySequence<byte> buffer, SequencePosition position)
    {
        buffer = buffer.Slice(position);
        scanned = 0;
        isOpen = false;
    }
}
