namespace FhirGateway.Messages;

/// <summary>What the gateway remembers of the journal and its messages, inside the state transaction.</summary>
public interface IMessageState
{
    /// <summary>Address up to which every entry of the journal was taken over.</summary>
    long Watermark { get; set; }

    /// <summary>The day up to which persons were judged anew because an attribution opened.</summary>
    DateOnly? SweptOn { get; set; }

    /// <summary>Remembers a message by source, MSH-10 and bytes; false if it is a repeat within the replay window.</summary>
    bool Remember(Guid key, DateOnly day);

    /// <summary>
    /// Remembers a message, and says whether it was known before, or another one of the same source and MSH-10 was: the first half of a
    /// key is theirs alone.
    /// </summary>
    ControlIdUse Take(Guid key, DateOnly day);
}
