using FhirGateway.Contracts;
using FhirGateway.Simulation.Participants;

namespace FhirGateway.Simulation.Checks;

/// <summary>
/// Names an event independently of the gateway's numbering: the control id of its message on the stream <c>adt</c>,
/// <c>Type/published id</c> of its resource on the others.
/// </summary>
public readonly record struct EventKey(string Stream, string Type, string Subject)
{
    public static EventKey Of(ReceivedEntry entry) => new(
        entry.Stream,
        entry.Type,
        entry.Stream == StreamNames.Adt ? entry.SourceMessageId ?? "" : $"{entry.ResourceType}/{entry.ResourceId}");
}
