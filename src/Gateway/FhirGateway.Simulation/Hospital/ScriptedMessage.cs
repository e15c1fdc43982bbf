using FhirGateway.Contracts;

namespace FhirGateway.Simulation.Hospital;

/// <summary>One message of the hospital's script.</summary>
public sealed record ScriptedMessage
{
    public required Visit Visit { get; init; }

    /// <summary>A01, A02, A03, A04 or A08.</summary>
    public required string Trigger { get; init; }

    /// <summary>MSH-10.</summary>
    public required string ControlId { get; init; }

    /// <summary>When the thing happened (EVN-6), local at -07:00.</summary>
    public required DateTime Time { get; init; }
    public required MessageEffect Effect { get; init; }

    /// <summary>The type of the event to expect.</summary>
    public string EventType => Trigger switch
    {
        "A01" => EventTypes.AdtAdmit,
        "A02" => EventTypes.AdtTransfer,
        "A03" => EventTypes.AdtDischarge,
        // The hospital registers emergency visits only.
        "A04" => EventTypes.AdtEdArrival,
        _ => EventTypes.AdtUpdate,
    };

    public override string ToString() => $"ScriptedMessage {Trigger} {ControlId}";
}
