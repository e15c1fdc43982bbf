using System.Collections.Concurrent;
using FhirGateway.Journal;
using FhirGateway.Messages;

namespace FhirGateway.Processing;

/// <summary>
/// For which bytes a source used its control ids: what the state remembers for the replay window, and what was accepted and has not
/// reached the state yet. Only for sources that refuse a known id over other bytes.
/// </summary>
/// <param name="isSeen">Whether the state remembers a key.</param>
/// <param name="taken">Address up to which the state has taken entries over.</param>
public sealed class ControlIds(Func<Guid, bool> isSeen, Func<EntryId> taken)
{
    /// <summary>Beyond this, what the state knows by now is forgotten here.</summary>
    private const int MostRecent = 10_000;
    private static readonly EntryId Open = new(long.MaxValue);
    private readonly ConcurrentDictionary<Guid, (Guid Message, EntryId At)> recent = new();

    /// <summary>Key of a control id alone; it never equals the fingerprint of a message.</summary>
    public static Guid KeyOf(string source, string? controlId) => MessageFingerprint.Of("control-id\n" + source, controlId, []);

    /// <summary>Takes an id for these bytes; false if it is taken for others.</summary>
    public bool TryTake(string source, string controlId, ReadOnlySpan<byte> bytes)
    {
        var key = KeyOf(source, controlId);
        var message = MessageFingerprint.Of(source, controlId, bytes);
        if (recent.GetOrAdd(key, (message, Open)) is var known && known.Message != message)
        {
            if (known.At >= taken())
                return false;
            // The state has it by now, and knows how long an id is remembered.
            if (!recent.TryUpdate(key, (message, Open), known))
                return false;
        }

        if (!isSeen(key) || isSeen(message))
            return true;
        recent.TryRemove(new(key, (message, Open)));
        return false;
    }

    /// <summary>The message is in the journal.</summary>
    public void Settle(string source, string controlId, ReadOnlySpan<byte> bytes, EntryId at)
    {
        recent[KeyOf(source, controlId)] = (MessageFingerprint.Of(source, controlId, bytes), at);
        if (recent.Count < MostRecent)
            return;
        var reached = taken();
        foreach (var entry in recent)
        {
            if (entry.Value.At < reached)
                recent.TryRemove(entry);
        }
    }

    /// <summary>The message was not kept: its id is free again.</summary>
    public void Free(string source, string controlId, ReadOnlySpan<byte> bytes) =>
        recent.TryRemove(new(KeyOf(source, controlId), (MessageFingerprint.Of(source, controlId, bytes), Open)));
}
