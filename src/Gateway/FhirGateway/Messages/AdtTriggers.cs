using System.Collections.Frozen;
using System.Collections.Immutable;
using FhirGateway.Contracts;

namespace FhirGateway.Messages;

/// <summary>
/// Every ADT event of chapter 3 (table 0003): what it must hold, what it is about, and the type of the stream event it is called by where
/// nothing more is known of the visit. An event that is converted has a golden pair in the tests; one that is not says why.
/// PV1 is not asked for where the event concerns a person, a link or a merge rather than a visit, although some structures demand it.
/// </summary>
public static class AdtTriggers
{
    private const AdtSegments VisitSegments = AdtSegments.Patient | AdtSegments.Visit;
    private const AdtSegments MergeSegments = AdtSegments.Patient | AdtSegments.Merge;

    public static readonly ImmutableArray<AdtTrigger> All =
    [
        new("A01", "ADT_A01", EventTypes.AdtAdmit, VisitSegments, AdtSubject.Visit),
        new("A02", "ADT_A02", EventTypes.AdtTransfer, VisitSegments, AdtSubject.Visit),
        new("A03", "ADT_A03", EventTypes.AdtDischarge, VisitSegments, AdtSubject.Visit),
        new("A04", "ADT_A01", EventTypes.AdtRegister, VisitSegments, AdtSubject.Visit),
        new("A05", "ADT_A05", EventTypes.AdtPreadmit, VisitSegments, AdtSubject.Visit),
        new("A06", "ADT_A06", EventTypes.AdtConversion, VisitSegments, AdtSubject.Visit),
        new("A07", "ADT_A06", EventTypes.AdtConversion, VisitSegments, AdtSubject.Visit),
        new("A08", "ADT_A01", EventTypes.AdtUpdate, VisitSegments, AdtSubject.Visit),
        new("A09", "ADT_A09", EventTypes.AdtUpdate, VisitSegments, AdtSubject.Visit),
        new("A10", "ADT_A09", EventTypes.AdtUpdate, VisitSegments, AdtSubject.Visit),
        new("A11", "ADT_A09", EventTypes.AdtCancel, VisitSegments, AdtSubject.Visit),
        new("A12", "ADT_A12", EventTypes.AdtCancel, VisitSegments, AdtSubject.Visit),
        new("A13", "ADT_A01", EventTypes.AdtCancel, VisitSegments, AdtSubject.Visit),
        new("A14", "ADT_A05", EventTypes.AdtPreadmit, VisitSegments, AdtSubject.Visit),
        new("A15", "ADT_A15", EventTypes.AdtUpdate, VisitSegments, AdtSubject.Visit),
        new("A16", "ADT_A16", EventTypes.AdtUpdate, VisitSegments, AdtSubject.Visit),
        new("A17", "ADT_A17", EventTypes.AdtTransfer, AdtSegments.TwoPatients | AdtSegments.Visit, AdtSubject.Visit, AdtGrouping.Patients),
        new("A18", "ADT_A18", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge),
        new("A19", "ADR_A19", null, AdtSegments.None, AdtSubject.Nobody) { Unsupported = "a query, and its answer is its sender's to use" },
        new("A20", "ADT_A20", null, AdtSegments.None, AdtSubject.Nobody) { Unsupported = "a bed's state: it concerns no person and no visit" },
        new("A21", "ADT_A21", EventTypes.AdtLeave, VisitSegments, AdtSubject.Visit),
        new("A22", "ADT_A21", EventTypes.AdtLeave, VisitSegments, AdtSubject.Visit),
        new("A23", "ADT_A21", EventTypes.AdtCancel, VisitSegments, AdtSubject.Visit),
        new("A24", "ADT_A24", EventTypes.AdtMerge, AdtSegments.TwoPatients, AdtSubject.Merge, AdtGrouping.Patients),
        new("A25", "ADT_A21", EventTypes.AdtUpdate, VisitSegments, AdtSubject.Visit),
        new("A26", "ADT_A21", EventTypes.AdtUpdate, VisitSegments, AdtSubject.Visit),
        new("A27", "ADT_A21", EventTypes.AdtCancel, VisitSegments, AdtSubject.Visit),
        new("A28", "ADT_A05", EventTypes.AdtUpdate, AdtSegments.Patient, AdtSubject.Person),
        new("A29", "ADT_A21", EventTypes.AdtUpdate, AdtSegments.Patient, AdtSubject.Person),
        new("A30", "ADT_A30", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge),
        new("A31", "ADT_A05", EventTypes.AdtUpdate, AdtSegments.Patient, AdtSubject.Person),
        new("A32", "ADT_A21", EventTypes.AdtUpdate, VisitSegments, AdtSubject.Visit),
        new("A33", "ADT_A21", EventTypes.AdtUpdate, VisitSegments, AdtSubject.Visit),
        new("A34", "ADT_A30", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge),
        new("A35", "ADT_A30", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge),
        new("A36", "ADT_A30", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge),
        new("A37", "ADT_A37", EventTypes.AdtMerge, AdtSegments.TwoPatients, AdtSubject.Merge, AdtGrouping.Patients),
        new("A38", "ADT_A38", EventTypes.AdtCancel, VisitSegments, AdtSubject.Visit),
        new("A39", "ADT_A39", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge, AdtGrouping.Patients),
        new("A40", "ADT_A39", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge, AdtGrouping.Patients),
        new("A41", "ADT_A39", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge, AdtGrouping.Patients),
        new("A42", "ADT_A39", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge, AdtGrouping.Patients),
        new("A43", "ADT_A43", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge, AdtGrouping.Patients),
        new("A44", "ADT_A43", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge, AdtGrouping.Patients),
        new("A45", "ADT_A45", EventTypes.AdtMerge, MergeSegments | AdtSegments.Visit, AdtSubject.Merge, AdtGrouping.Visits),
        new("A46", "ADT_A30", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge),
        new("A47", "ADT_A30", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge),
        new("A48", "ADT_A30", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge),
        new("A49", "ADT_A30", EventTypes.AdtMerge, MergeSegments, AdtSubject.Merge),
        new("A50", "ADT_A50", EventTypes.AdtMerge, MergeSegments | AdtSegments.Visit, AdtSubject.Merge),
        new("A51", "ADT_A50", EventTypes.AdtMerge, MergeSegments | AdtSegments.Visit, AdtSubject.Merge),
        new("A52", "ADT_A52", EventTypes.AdtCancel, VisitSegments, AdtSubject.Visit),
        new("A53", "ADT_A52", EventTypes.AdtCancel, VisitSegments, AdtSubject.Visit),
        new("A54", "ADT_A54", EventTypes.AdtUpdate, VisitSegments, AdtSubject.Visit),
        new("A55", "ADT_A54", EventTypes.AdtUpdate, VisitSegments, AdtSubject.Visit),
        new("A60", "ADT_A60", EventTypes.AdtUpdate, AdtSegments.Patient, AdtSubject.Person),
        new("A61", "ADT_A61", EventTypes.AdtUpdate, VisitSegments, AdtSubject.Visit),
        new("A62", "ADT_A61", EventTypes.AdtUpdate, VisitSegments, AdtSubject.Visit),
    ];

    private static readonly FrozenDictionary<string, AdtTrigger> ByEvent = All.ToFrozenDictionary(t => t.Event, StringComparer.Ordinal);

    /// <summary>The event of that name, or null if it is in no table.</summary>
    public static AdtTrigger? Find(string? name) => name is not null && ByEvent.TryGetValue(name, out var trigger) ? trigger : null;
}
