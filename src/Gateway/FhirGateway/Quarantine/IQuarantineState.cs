namespace FhirGateway.Quarantine;

/// <summary>Held items inside the state transaction.</summary>
public interface IQuarantineState
{
    /// <summary>Its number.</summary>
    long Hold(QuarantinedItem item);

    /// <summary>Held items with this reason and event, oldest first, at most <paramref name="most"/>, after a number.</summary>
    IReadOnlyList<QuarantinedItem> Find(string reason, string? @event, long after, int most);
    /// <summary>What is held of a message, by its journal entry; null where nothing is, or it was released.</summary>
    QuarantinedItem? OfMessage(long entry);
    void Release(long number);
}
