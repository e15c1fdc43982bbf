namespace FhirGateway.Messages;

/// <summary>What the gateway remembers of messages, inside the state transaction.</summary>
public interface IMessageState
{
    /// <summary>Address up to which every entry of the journal was taken over.</summary>
    long Watermark { get; set; }

    /// <summary>Remembers a message by source, MSH-10 and bytes; false if it is a repeat within the replay window.</summary>
    bool Remember(Guid key, DateOnly day);
    KnownVisit? FindVisit(Guid encounter);
    void Save(KnownVisit visit);
}
