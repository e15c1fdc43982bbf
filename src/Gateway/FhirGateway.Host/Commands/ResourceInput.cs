using System.Buffers;
using System.Runtime.CompilerServices;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Ndjson;
using FhirGateway.Fhir.Xml;

namespace FhirGateway.Host.Commands;

/// <summary>
/// Reads the resources of a file in order: NDJSON line by line, one JSON resource on any number of lines, or XML; each also
/// as gzip. The name decides where it ends in .ndjson or .xml, else the content.
/// </summary>
internal static class ResourceInput
{
    private static readonly NdjsonLimits Limits = new() { MaxLineBytes = MostBytes };

    /// <summary>Most bytes of one resource.</summary>
    public const int MostBytes = 128 << 20;

    public static async IAsyncEnumerable<ResourceText> ReadAsync(string name, Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = new NdjsonReader(stream, Limits);
        if (!await reader.ReadAsync(cancellationToken))
        {
            if (reader.End != NdjsonEnd.Complete || !ImportFiles.IsNdjson(name))
                yield return Ended(reader.End, 1) ?? ResourceText.Unreadable("json", "The file is empty: one FHIR resource is needed", 1);
            yield break;
        }

        var first = Copy(reader.Line);
        var isWhole = !ImportFiles.IsNdjson(name) && !IsResourceOfItsOwn(first);
        var more = await reader.ReadAsync(cancellationToken);
        if (isWhole && more && LooksLikeLines(first, reader.Line))
            isWhole = false;
        if (isWhole)
        {
            yield return await ReadWholeAsync(reader, first, more, cancellationToken);
            yield break;
        }

        var last = first.Number;
        yield return OfLine(first);
        for (; more; more = await reader.ReadAsync(cancellationToken))
        {
            last = reader.Line.Number;
            yield return OfLine(Copy(reader.Line));
        }

        if (Ended(reader.End, last + 1) is { } fault)
            yield return fault;
    }

    private static NdjsonLine Copy(NdjsonLine line) => line with { Bytes = line.Bytes.ToArray() };

    private static bool IsResourceOfItsOwn(NdjsonLine line) => !line.IsOversized && new JsonTape().Read(line.Bytes).IsNone;

    /// <summary>A first line that is broken and a second that begins an object: lines, one of which is bad.</summary>
    private static bool LooksLikeLines(NdjsonLine first, NdjsonLine second) =>
        first.Bytes.Span.TrimStart(" \t"u8) is [(byte)'{', .., (byte)'}'] && second.Bytes.Span is [(byte)'{', ..];

    private static ResourceText OfLine(NdjsonLine line) => line.IsOversized
        ? ResourceText.Unreadable("too-large", $"The line has {line.Length} bytes; {MostBytes} are read at most", line.Number)
        : new() { Line = line.Number, Json = line.Bytes };

    private static async Task<ResourceText> ReadWholeAsync(NdjsonReader reader, NdjsonLine first, bool more, CancellationToken cancellationToken)
    {
        var text = new ArrayBufferWriter<byte>();
        var previous = first;
        var isTooLarge = first.IsOversized;
        text.Write(first.Bytes.Span);
        for (; more; more = await reader.ReadAsync(cancellationToken))
        {
            var line = reader.Line;
            isTooLarge |= line.IsOversized || line.Offset + line.Length - first.Offset > MostBytes;
            if (!isTooLarge)
            {
                Pad(text, previous, line);
                text.Write(line.Bytes.Span);
            }

            previous = line with { Bytes = default };
        }

        if (Ended(reader.End, previous.Number) is { } fault)
            return fault;
        if (isTooLarge)
            return ResourceText.Unreadable("too-large", $"The resource has more than {MostBytes} bytes", first.Number);
        return FhirXmlReader.IsXml(text.WrittenSpan) ? OfXml(text) : new() { Line = first.Number, Json = text.WrittenMemory };
    }

    /// <summary>Line ends and blank lines between two lines: as many bytes and line ends as there were.</summary>
    private static void Pad(ArrayBufferWriter<byte> text, NdjsonLine previous, NdjsonLine line)
    {
        var ends = (int)(line.Number - previous.Number);
        var gap = (int)(line.Offset - previous.Offset - previous.Length);
        var room = text.GetSpan(gap)[..gap];
        room[..(gap - ends)].Fill((byte)' ');
        room[(gap - ends)..].Fill((byte)'\n');
        text.Advance(gap);
    }

    private static ResourceText OfXml(ArrayBufferWriter<byte> text)
    {
        try
        {
            using var xml = new MemoryStream(text.WrittenMemory.ToArray(), writable: false);
            var resource = FhirXmlReader.Read(xml);
            return new() { Line = 1, Json = resource.Json, Xml = resource };
        }
        catch (FhirXmlException e)
        {
            return ResourceText.Unreadable("xml", e.Reason, e.Line, e.Column);
        }
    }

    private static ResourceText? Ended(NdjsonEnd end, long line) => end switch
    {
        NdjsonEnd.None or NdjsonEnd.Complete => null,
        NdjsonEnd.Truncated => ResourceText.Unreadable("truncated", "The compressed data stop before their end: the file was not copied as a whole", line),
        NdjsonEnd.Damaged => ResourceText.Unreadable("damaged", "The compressed data are damaged from here on", line),
        NdjsonEnd.RatioTooHigh => ResourceText.Unreadable("too-large", $"The compressed data inflate by more than {NdjsonLimits.Default.MaxRatio} times", line),
        NdjsonEnd.NestedGzip => ResourceText.Unreadable("damaged", "The file is compressed twice: compress it once", line),
        _ => ResourceText.Unreadable("too-large", "The file is too large", line),
    };
}
