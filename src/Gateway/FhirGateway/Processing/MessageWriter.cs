using FhirGateway.Audit;
using FhirGateway.Contracts;
using FhirGateway.Normalization.Adt;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Publications;
using FhirGateway.Quarantine;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>Writes messages inside one state transaction: visit, store, match, attribute, release.</summary>
/// <param name="state">The transaction.</param>
/// <param name="publisher">The transaction's.</param>
/// <param name="directory">Who sends and receives.</param>
/// <param name="restage">The message of a journal entry; null if it is not there any more.</param>
/// <param name="now">The transaction's time.</param>
public sealed class MessageWriter(
    IStateTransaction state, Publisher publisher, OrganizationDirectory directory, Func<long, MessageItem?> restage, DateTimeOffset now)
{
    private readonly EpisodeWriter episodes = new(state, publisher, directory, restage, now);

    public void Write(MessageItem item)
    {
        var source = directory.SourceOf(item.Entry.Entry.Source);
        var outcome = Outcome(item, source);
        state.Audit.Append(new AuditRecord(
            AuditKinds.Accepted,
            AcceptanceJson.Of(source.Id, item.Entry.Id.Value, "ADT " + item.Trigger, item.Sha256, outcome)));
    }

    /// <summary>Writes a message that was held and can be converted now.</summary>
    public void Release(MessageItem item, long held)
    {
        if (item.Reason is not null)
            return;
        Store(item, directory.SourceOf(item.Entry.Entry.Source));
        state.Quarantine.Release(held);
    }

    private string Outcome(MessageItem item, Source source)
    {
        if (!state.Messages.Remember(item.Fingerprint, DateOnly.FromDateTime(now.UtcDateTime)))
            return ReasonCodes.DuplicateMessage;
        var outcome = Store(item, source);
        if (item.Reason is null)
            return outcome;
        state.Quarantine.Hold(new QuarantinedItem
        {
            Source = source.Number,
            Entry = item.Entry.Id.Value,
            Reason = item.Reason,
            Detail = item.Detail,
            Event = item.Trigger,
        });
        return item.Reason;
    }

    /// <summary>What became of the message: the most that became of any of its events.</summary>
    private string Store(MessageItem item, Source source)
    {
        string? outcome = null;
        foreach (var converted in item.Events)
        {
            var of = converted.Visit is null ? StorePatient(item, converted, source) : episodes.Write(item, converted, source);
            if (outcome is null || of == "processed")
                outcome = of;
        }

        return outcome ?? "unchanged";
    }

    /// <summary>What is about a person and no visit. The latest counts, whichever comes last.</summary>
    private string StorePatient(MessageItem item, AdtEvent converted, Source source)
    {
        var before = state.Resources.Find(converted.PatientId, adt: true);
        if (before is { IsRemoved: false } && IsOlder(converted, before))
            return ReasonCodes.Superseded;
        var match = PersonMatcher.Upsert(
            state.People, RecordKind.Patient, source.Number, converted.PatientKey, converted.Patient,
            IdentifierKeys.OfPatient(source, converted.PatientKey, converted.Patient));
        LinkOutcome.Apply(state, publisher, match);
        if (before is not null && before.Hash == converted.Hash && before.Record == match.Record.Number && before.Labels == item.Labels)
            return "unchanged";
        var stored = new StoredResource
        {
            Number = before?.Number ?? 0,
            Id = converted.PatientId,
            Rules = ResourceRules.Adt,
            Type = "Patient",
            Source = source.Number,
            Record = match.Record.Number,
            Hash = converted.Hash,
            Body = state.Resources.StoreBody(converted.Bundle.Span),
            Service = converted.Service,
            Labels = item.Labels,
            EventType = EventTypes.AdtUpdate,
            EventTime = Publisher.Rfc3339(converted.EventTime),
            Adt = AdtEntryJson.Write(new AdtEntry { Trigger = converted.Trigger, Facility = converted.Facility }),
            Care = EpisodeWriter.CareOf(converted, before),
            Origin = converted.ControlId,
            AcceptedAt = item.Entry.Entry.ReceivedAt,
        };
        if (before is null)
            stored = state.Resources.Insert(stored);
        else
            state.Resources.Update(stored);
        publisher.Evaluate(stored, match.Record.Person);
        return "processed";
    }

    private static bool IsOlder(AdtEvent converted, StoredResource before)
    {
        var order = DateTimeOffset.TryParse(before.EventTime, System.Globalization.CultureInfo.InvariantCulture, out var known)
            ? converted.EventTime.CompareTo(known)
            : 1;
        return order < 0 || (order == 0 && string.CompareOrdinal(converted.ControlId, before.Origin) < 0);
    }
}
