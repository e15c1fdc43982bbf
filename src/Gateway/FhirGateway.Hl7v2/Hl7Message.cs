using System.Diagnostics.CodeAnalysis;

namespace FhirGateway.Hl7v2;

/// <summary>
/// One ER7 message of any version from 2.1 to 2.8, read by position: decoded once, indexed in one pass, values cut out and unescaped when asked for.
/// Segments that nobody knows are kept. Segment ends may be CR, LF or CRLF and the last may be missing.
/// An LF on its own ends a segment only where a segment name follows; elsewhere it is text.
/// </summary>
public sealed class Hl7Message
{
    private readonly SegmentRange[] segments;
    private readonly int segmentCount;
    private readonly int[] fieldStarts;

    private Hl7Message(string text, Hl7Delimiters delimiters, Hl7Charset charset, SegmentRange[] segments, int segmentCount, int[] fieldStarts)
    {
        Text = text;
        Delimiters = delimiters;
        Charset = charset;
        this.segments = segments;
        this.segmentCount = segmentCount;
        this.fieldStarts = fieldStarts;
    }

    public Hl7Delimiters Delimiters { get; }

    /// <summary>How the bytes were read.</summary>
    public Hl7Charset Charset { get; }

    public int SegmentCount => segmentCount;

    internal string Text { get; }

    /// <summary>The header segment.</summary>
    public Hl7Segment Header => new(this, 0);

    /// <summary>True if some bytes could not be read in the chosen character set.</summary>
    public bool HasReplacements => Text.Contains('\uFFFD', StringComparison.Ordinal);

    /// <summary>Reads a message. Never throws on data; the cost is linear in its length.</summary>
    /// <param name="bytes">One message, without MLLP framing.</param>
    /// <param name="message">The message, if the bytes are one.</param>
    /// <param name="fault">Why they are not.</param>
    /// <param name="charset">The feed's character set, over MSH-18; null to go by the message.</param>
    /// <param name="fallbackCharset">The feed's default for bytes that are not UTF-8; null for windows-1252.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out Hl7Message? message,
        out Hl7FaultCode fault,
        string? charset = null,
        string? fallbackCharset = null)
    {
        message = null;
        fault = FindFault(bytes, out var header);
        if (fault != Hl7FaultCode.None)
            return false;
        var body = Hl7Header.SkipLeading(bytes).Span;
        var chosen = Hl7Charset.Choose(body, header.Component(18, 1), charset, fallbackCharset);
        var text = chosen.Encoding.GetString(body);
        var index = new SegmentIndex(text, header.Delimiters.Field);
        index.Build();
        for (var i = 1; i < index.SegmentCount; i++)
        {
            if (!index.IsNamed(i, "MSH"))
                continue;
            fault = Hl7FaultCode.SecondHeader;
            return false;
        }
        message = new Hl7Message(text, header.Delimiters, chosen, index.Segments, index.SegmentCount, index.FieldStarts);
        return true;
    }

    /// <summary>The cheap part of <see cref="TryParse"/>: whether the bytes start as a message does.</summary>
    public static Hl7FaultCode FindFault(ReadOnlyMemory<byte> bytes, out Hl7Header header)
    {
        header = default;
        var span = bytes.Span;
        if (span.Length >= 2 && ((span[0] == 0xFF && span[1] == 0xFE) || (span[0] == 0xFE && span[1] == 0xFF)))
            return Hl7FaultCode.WideCharacters;
        if (Hl7Header.TryRead(bytes, out header))
            return Hl7FaultCode.None;
        var body = Hl7Header.SkipLeading(bytes).Span;
        if (body.StartsWith("M\0S\0"u8))
            return Hl7FaultCode.WideCharacters;
        return body.StartsWith("MSH"u8) ? Hl7FaultCode.Delimiters : Hl7FaultCode.NoHeader;
    }

    /// <summary>Segment <paramref name="index"/> in message order, from 0.</summary>
    public Hl7Segment Segment(int index) => (uint)index < (uint)segmentCount ? new Hl7Segment(this, index) : default;

    /// <summary>
    /// A message of the header and of these segments of this one, in the order given: one patient's part of a message about several.
    /// No text is copied.
    /// </summary>
    public Hl7Message Excerpt(params ReadOnlySpan<Range> parts)
    {
        var chosen = new List<SegmentRange> { segments[0] };
        foreach (var part in parts)
            foreach (var segment in segments.AsSpan(0, segmentCount)[part])
                chosen.Add(segment);
        return new Hl7Message(Text, Delimiters, Charset, [.. chosen], chosen.Count, fieldStarts);
    }

    /// <summary>The first segment of that name; one that does not exist reads as empty.</summary>
    public Hl7Segment First(string name) => Next(name, -1);

    /// <summary>The next segment of that name after position <paramref name="after"/>.</summary>
    public Hl7Segment Next(string name, int after)
    {
        for (var i = after + 1; i < segmentCount; i++)
            if (NameOf(i).SequenceEqual(name))
                return new Hl7Segment(this, i);
        return default;
    }

    internal ReadOnlySpan<char> NameOf(int index)
    {
        var segment = segments[index];
        return Text.AsSpan(segment.Start, Math.Min(3, segment.End - segment.Start));
    }

    internal ReadOnlySpan<char> RawOf(int index) => Text.AsSpan(segments[index].Start, segments[index].End - segments[index].Start);

    internal int FieldCountOf(int index) => segments[index].FieldCount;

    internal (int Start, int End) FieldOf(int index, int ordinal)
    {
        var segment = segments[index];
        if ((uint)ordinal >= (uint)segment.FieldCount)
            return default;
        var start = fieldStarts[segment.FirstField + ordinal];
        var end = ordinal + 1 < segment.FieldCount ? fieldStarts[segment.FirstField + ordinal + 1] - 1 : segment.End;
        return (start, end);
    }

    public override string ToString() => $"Hl7Message({segmentCount} segments)";
}
