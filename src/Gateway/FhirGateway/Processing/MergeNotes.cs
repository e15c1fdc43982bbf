using FhirGateway.Episodes;
using FhirGateway.Normalization.Adt;
using FhirGateway.Organizations;
using FhirGateway.People;

namespace FhirGateway.Processing;

/// <summary>What a message about identifiers says, as notes: one for each pair of keys.</summary>
internal static class MergeNotes
{
    public static List<MergeNote> Of(Source source, MessageItem item, AdtEvent converted)
    {
        var merge = converted.Merge!;
        var order = new EventOrder(converted.EventTime, converted.EventTime, converted.EventTime, converted.ControlId, KeyOf(item, converted));
        var notes = new List<MergeNote>();
        void Add(MergeSpace space, AdtMergeKind kind, string? retired, string? survivor)
        {
            if (retired is null || survivor is null || retired == survivor)
                return;
            notes.Add(new MergeNote
            {
                Source = source.Number,
                Space = space,
                Kind = kind,
                Trigger = converted.Trigger,
                Retired = retired,
                Survivor = survivor,
                Order = order,
                Entry = item.Entry.Id.Value,
            });
        }

        switch (merge.Kind)
        {
            case AdtMergeKind.MergePatients or AdtMergeKind.ChangePatientId or AdtMergeKind.LinkPatients or AdtMergeKind.UnlinkPatients:
                Add(MergeSpace.Patients, merge.Kind, merge.RetiredKey, merge.SurvivorKey);
                foreach (var further in merge.AlsoRetired)
                    Add(MergeSpace.Patients, merge.Kind, further, merge.SurvivorKey);
                Add(MergeSpace.Visits, AdtMergeKind.MergeAccounts, merge.RetiredAccount, merge.SurvivorAccount);
                break;
            case AdtMergeKind.MergeAccounts:
                Add(MergeSpace.Visits, merge.Kind, merge.RetiredAccount, merge.SurvivorAccount);
                break;
            case AdtMergeKind.MergeVisits:
                Add(MergeSpace.Visits, merge.Kind, merge.RetiredVisit, merge.SurvivorVisit);
                break;
            case AdtMergeKind.MoveAccount:
                Add(MergeSpace.VisitMoves, merge.Kind, merge.RetiredAccount ?? merge.SurvivorAccount, merge.SurvivorKey);
                Add(MergeSpace.Visits, AdtMergeKind.MergeAccounts, merge.RetiredAccount, merge.SurvivorAccount);
                break;
            case AdtMergeKind.MoveVisit:
                Add(MergeSpace.VisitMoves, merge.Kind, merge.SurvivorVisit ?? merge.RetiredVisit, merge.SurvivorKey);
                Add(MergeSpace.Visits, AdtMergeKind.MergeVisits, merge.RetiredVisit, merge.SurvivorVisit);
                break;
            case AdtMergeKind.MovePatient:
                Add(MergeSpace.PatientMoves, merge.Kind, merge.RetiredKey, merge.SurvivorKey);
                break;
        }

        return notes;
    }

    /// <summary>The groups of one message share its fingerprint; a pair of keys is noted once for it.</summary>
    private static Guid KeyOf(MessageItem item, AdtEvent converted) => converted.Visit?.Order.Key ?? item.Fingerprint;
}
