using System.Collections.Immutable;
using FhirGateway.Contracts;

namespace FhirGateway.Simulation.Hospital;

/// <summary>One message of the hospital's script.</summary>
public sealed record ScriptedMessage
{
    public required Visit Visit { get; init; }

    /// <summary>A01, A02, A03, A04, A06, A08, A11 or A13.</summary>
    public required string Trigger { get; init; }

    /// <summary>MSH-10.</summary>
    public required string ControlId { get; init; }

    /// <summary>When the thing happened (EVN-6), local at -07:00.</summary>
    public required DateTime Time { get; init; }
    public required MessageEffect Effect { get; init; }

    /// <summary>PV1-2 of this message.</summary>
    public required char PatientClass { get; init; }

    /// <summary>PV1-3.1 of this message.</summary>
    public required string Unit { get; init; }

    /// <summary>The type of the event to expect.</summary>
    public string EventType => Trigger switch
    {
        "A01" => EventTypes.AdtAdmit,
        "A02" => EventTypes.AdtTransfer,
        "A03" => EventTypes.AdtDischarge,
        "A04" => EventTypes.AdtEdArrival,
        "A06" => EventTypes.AdtEdToInpatient,
        "A11" or "A13" => EventTypes.AdtCancel,
        _ => EventTypes.AdtUpdate,
    };

    /// <summary>What else may be told of it, or in its place: another unit is a transfer too; what arrives late is news of an old thing.</summary>
    public ImmutableArray<string> OptionalTypes => (Trigger, Effect) switch
    {
        ("A06", _) => [EventTypes.AdtTransfer],
        (_, MessageEffect.EventOrNothing) => [EventType, EventTypes.AdtUpdate],
        _ => [],
    };

    public override string ToString() => $"ScriptedMessage {Trigger} {ControlId}";
}
