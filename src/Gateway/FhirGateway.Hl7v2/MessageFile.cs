using System.Collections.Immutable;

namespace FhirGateway.Hl7v2;

/// <summary>The messages of a file as people keep them: MLLP frames, messages one after another, a batch, or just one.</summary>
public static class MessageFile
{
    private const byte StartBlock = 0x0B;
    private const byte EndBlock = 0x1C;

    /// <summary>Splits the content of a file into messages, blank ones left out. Batch headers and trailers are dropped. Never throws on data.</summary>
    public static ImmutableArray<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> content)
    {
        var messages = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        var rest = content;
        while (rest.Span.IndexOf(StartBlock) is var start && start >= 0)
        {
            Add(messages, rest[..start]);
            rest = rest[(start + 1)..];
            var end = rest.Span.IndexOfAny(EndBlock, StartBlock);
            if (end < 0)
                break;
            Add(messages, rest[..end]);
            rest = rest[(rest.Span[end] == EndBlock ? end + 1 : end)..];
        }
        Add(messages, rest);
        return messages.ToImmutable();
    }

    private static void Add(ImmutableArray<ReadOnlyMemory<byte>>.Builder messages, ReadOnlyMemory<byte> payload)
    {
        if (Hl7Header.SkipLeading(payload).Span.Trim("\r\n\t \u001c"u8).IsEmpty)
            return;
        foreach (var message in MessageBatch.Split(payload).Messages)
            messages.Add(message);
    }
}
