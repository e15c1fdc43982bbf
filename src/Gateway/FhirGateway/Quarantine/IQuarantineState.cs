namespace FhirGateway.Quarantine;

/// <summary>Held items inside the state transaction.</summary>
public interface IQuarantineState
{
    /// <summary>Its number.</summary>
    long Hold(QuarantinedItem item);

    /// <summary>Held items with this reason and event, oldest first, at most <paramref name="most"/>, after a number.</summary>
    IReadOnlyList<QuarantinedItem> Find(string reason, string? @event, long after, int most);
    void Release(long number);
}
