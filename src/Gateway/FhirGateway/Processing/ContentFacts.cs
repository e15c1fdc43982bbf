using System.Collections.Immutable;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>
/// What follows when a resource loses its content or gets an earlier one again: the identifiers by which others refer to it, and
/// for a Patient the evidence of its links.
/// </summary>
internal sealed class ContentFacts(IStateTransaction state, Publisher publisher, Source source, BulkTracking tracking)
{
    private readonly NormalizationSettings settings = tracking.Settings.Of(source).Bulk;

    /// <param name="before">What it was.</param>
    /// <param name="after">What it is, as stored.</param>
    /// <param name="sourceId">Its id at the source.</param>
    public void Follow(StoredResource before, StoredResource after, string sourceId)
    {
        if (!before.IsRemoved)
            state.Resources.RemoveReferenceKeys(source.Number, before.Type, sourceId, KeysOf(before));
        if (!after.IsRemoved && ResourceCatalog.OrderOf(after.Type) <= BulkWriter.LastReferredOrder)
            state.Resources.SetReferenceKeys(source.Number, after.Type, sourceId, KeysOf(after));
        if (ResourceCatalog.OrderOf(before.Type) <= BulkWriter.LastReferredOrder)
            state.Resources.NoteReferencesChanged(source.Number);
        if (before.Type == "Patient" && before.Hash != after.Hash && state.People.Find(RecordKind.Patient, source.Number, sourceId) is { } record)
            Identify(record, after, sourceId);
    }

    /// <summary>Without content only its id is left: then it is what it was before the Patient came.</summary>
    private void Identify(SourceRecord record, StoredResource patient, string sourceId)
    {
        var facts = patient.IsRemoved ? new PatientFacts() : StoredFacts.PatientOf(tracking.Bodies.Read(patient.Body), settings);
        var keys = patient.IsRemoved ? [RecordIdentifier.OfSource(source.Id, sourceId)] : IdentifierKeys.OfPatient(source, sourceId, facts);
        foreach (var match in PersonMatcher.Revert(state.People, record, facts, keys))
            LinkOutcome.Apply(state, publisher, match);
        publisher.Claims.ForgetRecords();
    }

    private IReadOnlyList<(string System, string Value)> KeysOf(StoredResource resource) =>
        [.. StoredFacts.IdentifiersOf(tracking.Bodies.Read(resource.Body), settings).Select(i => (i.System, i.Value))];
}
