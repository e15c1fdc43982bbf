using FhirGateway.Normalization.Adt;

namespace FhirGateway.Processing;

/// <summary>Why a visit is folded again: a message about it, a merge, a rule, another link of its patient.</summary>
public sealed record AdtCause
{
    /// <summary>MSH-10; for what no message caused, a word for it.</summary>
    public required string Origin { get; init; }

    /// <summary>When the message was accepted; else now.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>A01 …; null where no message caused it.</summary>
    public string? Trigger { get; init; }

    /// <summary>The message.</summary>
    public MessageItem? Item { get; init; }

    /// <summary>Its event of this visit, as converted without knowing the visit; null where the message is not about this visit.</summary>
    public AdtEvent? Event { get; init; }

    /// <summary>The message came before, and is read again.</summary>
    public bool IsReplay { get; init; }

    /// <summary>A message and its event of the visit.</summary>
    public static AdtCause Of(MessageItem item, AdtEvent converted) => new()
    {
        Origin = converted.ControlId,
        AcceptedAt = item.Entry.Entry.ReceivedAt,
        At = converted.EventTime,
        Trigger = converted.Trigger,
        Item = item,
        Event = converted,
    };

    /// <summary>The gateway's own doing.</summary>
    /// <param name="word">What: <c>closed-by-rule</c>, <c>link</c> …</param>
    /// <param name="now">The time.</param>
    public static AdtCause Of(string word, DateTimeOffset now) => new() { Origin = word, AcceptedAt = now, At = now };

    public override string ToString() => $"AdtCause({Trigger})";
}
