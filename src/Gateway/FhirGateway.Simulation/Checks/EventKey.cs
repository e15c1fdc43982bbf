using FhirGateway.Contracts;
using FhirGateway.Simulation.Participants;

namespace FhirGateway.Simulation.Checks;

/// <summary>
/// Names an event independently of the gateway's numbering: the control id of its message on the stream <c>adt</c> - the later visit
/// for what two visits say together, whichever message made it known - and <c>Type/published id</c> of its resource on the others.
/// </summary>
public readonly record struct EventKey(string Stream, string Type, string Subject)
{
    public static EventKey Of(ReceivedEntry entry) => new(
        entry.Stream,
        entry.Type,
        entry.Stream != StreamNames.Adt ? $"{entry.ResourceType}/{entry.ResourceId}"
            : IsSignal(entry.Type) ? entry.EncounterId ?? ""
            : entry.SourceMessageId ?? "");

    /// <summary>Whether the type is one that the gateway computes from two visits.</summary>
    public static bool IsSignal(string type) => type is EventTypes.AdtReturn or EventTypes.AdtEdRevisit;
}
