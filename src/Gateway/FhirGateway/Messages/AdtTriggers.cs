using System.Collections.Frozen;
using System.Collections.Immutable;
using FhirGateway.Contracts;

namespace FhirGateway.Messages;

/// <summary>
/// Every ADT event of chapter 3 (table 0003). An event that is converted has a golden pair in the tests. To convert one more,
/// give its line the type of its stream event.
/// PV1 is not asked for where the event concerns a person, a link or a merge rather than a visit, although some structures demand it.
/// </summary>
public static class AdtTriggers
{
    private const bool Pid = true;
    private const bool Pv1 = true;
    private const bool No = false;

    public static readonly ImmutableArray<AdtTrigger> All =
    [
        new("A01", "ADT_A01", EventTypes.AdtAdmit, Pid, Pv1),
        new("A02", "ADT_A02", null, Pid, Pv1),
        new("A03", "ADT_A03", EventTypes.AdtDischarge, Pid, Pv1),
        new("A04", "ADT_A01", EventTypes.AdtRegister, Pid, Pv1),
        new("A05", "ADT_A05", null, Pid, Pv1),
        new("A06", "ADT_A06", null, Pid, Pv1),
        new("A07", "ADT_A06", null, Pid, Pv1),
        new("A08", "ADT_A01", EventTypes.AdtUpdate, Pid, Pv1),
        new("A09", "ADT_A09", null, Pid, Pv1),
        new("A10", "ADT_A09", null, Pid, Pv1),
        new("A11", "ADT_A09", null, Pid, Pv1),
        new("A12", "ADT_A12", null, Pid, Pv1),
        new("A13", "ADT_A01", null, Pid, Pv1),
        new("A14", "ADT_A05", null, Pid, Pv1),
        new("A15", "ADT_A15", null, Pid, Pv1),
        new("A16", "ADT_A16", null, Pid, Pv1),
        new("A17", "ADT_A17", null, Pid, Pv1),
        new("A18", "ADT_A18", null, Pid, No),
        new("A19", "ADR_A19", null, No, No),
        new("A20", "ADT_A20", null, No, No),
        new("A21", "ADT_A21", null, Pid, Pv1),
        new("A22", "ADT_A21", null, Pid, Pv1),
        new("A23", "ADT_A21", null, Pid, Pv1),
        new("A24", "ADT_A24", null, Pid, No),
        new("A25", "ADT_A21", null, Pid, Pv1),
        new("A26", "ADT_A21", null, Pid, Pv1),
        new("A27", "ADT_A21", null, Pid, Pv1),
        new("A28", "ADT_A05", null, Pid, No),
        new("A29", "ADT_A21", null, Pid, No),
        new("A30", "ADT_A30", null, Pid, No),
        new("A31", "ADT_A05", null, Pid, No),
        new("A32", "ADT_A21", null, Pid, Pv1),
        new("A33", "ADT_A21", null, Pid, Pv1),
        new("A34", "ADT_A30", null, Pid, No),
        new("A35", "ADT_A30", null, Pid, No),
        new("A36", "ADT_A30", null, Pid, No),
        new("A37", "ADT_A37", null, Pid, No),
        new("A38", "ADT_A38", null, Pid, Pv1),
        new("A39", "ADT_A39", null, Pid, No),
        new("A40", "ADT_A39", null, Pid, No),
        new("A41", "ADT_A39", null, Pid, No),
        new("A42", "ADT_A39", null, Pid, No),
        new("A43", "ADT_A43", null, Pid, No),
        new("A44", "ADT_A43", null, Pid, No),
        new("A45", "ADT_A45", null, Pid, No),
        new("A46", "ADT_A30", null, Pid, No),
        new("A47", "ADT_A30", null, Pid, No),
        new("A48", "ADT_A30", null, Pid, No),
        new("A49", "ADT_A30", null, Pid, No),
        new("A50", "ADT_A50", null, Pid, No),
        new("A51", "ADT_A50", null, Pid, No),
        new("A52", "ADT_A52", null, Pid, Pv1),
        new("A53", "ADT_A52", null, Pid, Pv1),
        new("A54", "ADT_A54", null, Pid, Pv1),
        new("A55", "ADT_A54", null, Pid, Pv1),
        new("A60", "ADT_A60", null, Pid, No),
        new("A61", "ADT_A61", null, Pid, Pv1),
        new("A62", "ADT_A61", null, Pid, Pv1),
    ];

    private static readonly FrozenDictionary<string, AdtTrigger> ByEvent = All.ToFrozenDictionary(t => t.Event, StringComparer.Ordinal);

    /// <summary>The event of that name, or null if it is in no table.</summary>
    public static AdtTrigger? Find(string? name) => name is not null && ByEvent.TryGetValue(name, out var trigger) ? trigger : null;
}
