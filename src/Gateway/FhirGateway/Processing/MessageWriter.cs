using System.Globalization;
using FhirGateway.Audit;
using FhirGateway.Contracts;
using FhirGateway.Normalization.Adt;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Quarantine;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>Writes messages inside one state transaction: visit, store, match, attribute, release.</summary>
public sealed class MessageWriter(IStateTransaction state, Publisher publisher, OrganizationDirectory directory, DateTimeOffset now)
{
    public void Write(MessageItem item)
    {
        var source = directory.SourceOf(item.Entry.Entry.Source);
        var outcome = Outcome(item, source);
        state.Audit.Append(new AuditRecord(
            AuditKinds.Accepted,
            AcceptanceJson.Of(source.Id, item.Entry.Id.Value, "ADT " + item.Trigger, item.Sha256, outcome, charset: item.Charset)));
    }

    /// <summary>Writes a message that was held and can be converted now.</summary>
    public void Release(MessageItem item, long held)
    {
        if (item.Event is not { } converted)
            return;
        Store(item, converted, directory.SourceOf(item.Entry.Entry.Source));
        state.Quarantine.Release(held);
    }

    private string Outcome(MessageItem item, Source source)
    {
        if (source.Messages.RefusesChangedRepeats)
            state.Messages.Remember(item.ControlKey, DateOnly.FromDateTime(now.UtcDateTime));
        if (!state.Messages.Remember(item.Fingerprint, DateOnly.FromDateTime(now.UtcDateTime)))
            return ReasonCodes.DuplicateMessage;
        if (item.Event is { } converted)
            return Store(item, converted, source);
        state.Quarantine.Hold(new QuarantinedItem
        {
            Source = source.Number,
            Entry = item.Entry.Id.Value,
            Reason = item.Reason!,
            Detail = item.Detail,
            Event = item.Trigger,
        });
        return item.Reason!;
    }

    private string Store(MessageItem item, AdtEvent converted, Source source)
    {
        if (converted.EncounterId is { } visit)
        {
            var known = state.Visits.Find(visit);
            if (known is not null && converted.IsAffectedBy(known))
                converted = item.Again!(known) ?? converted;
            if (converted.After(known) is { } after)
            {
                // Older than what is known, and nothing of the visit moves by it: it must neither overwrite nor be told as news.
                if (known is not null && converted.EventTime < known.LastEventTime && after == known)
                    return "superseded";
                state.Visits.Save(visit, after);
            }
        }

        var match = PersonMatcher.Upsert(
            state.People, RecordKind.Patient, source.Number, converted.PatientKey, converted.Patient,
            IdentifierKeys.OfPatient(source, converted.PatientKey, converted.Patient));
        LinkOutcome.Apply(state, publisher, match);
        var id = converted.EncounterId ?? converted.PatientId;
        var before = state.Resources.Find(id, adt: true);
        if (before is not null && before.Hash == converted.Hash && before.Record == match.Record.Number
            && before.Labels == Union(before.Labels, item.Labels))
            return "unchanged";
        var stored = Resource(item, converted, source, before) with { Record = match.Record.Number };
        if (before is null)
            stored = state.Resources.Insert(stored);
        else
            state.Resources.Update(stored);
        if (before is not null && before.Record != stored.Record)
            WithdrawFromStrangers(stored, match.Record.Person);
        publisher.Evaluate(stored, match.Record.Person, converted.Bundle);
        return "processed";
    }

    private StoredResource Resource(MessageItem item, AdtEvent converted, Source source, StoredResource? before) => new()
    {
        Number = before?.Number ?? 0,
        Id = converted.EncounterId ?? converted.PatientId,
        Rules = ResourceRules.Adt,
        Type = converted.EncounterId is null ? "Patient" : "Encounter",
        Source = source.Number,
        Hash = converted.Hash,
        Body = state.Resources.StoreBody(converted.Bundle.Span),
        Service = converted.Service,
        Labels = Union(before?.Labels, item.Labels),
        EventType = converted.EventType,
        EventTime = converted.EventTime.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        Origin = converted.ControlId,
        AcceptedAt = item.Entry.Entry.ReceivedAt,
    };

    /// <summary>The visit now is of another human: whoever holds it as the old one must let it go.</summary>
    private void WithdrawFromStrangers(StoredResource resource, PersonId person)
    {
        foreach (var held in state.Resources.HoldersOf(resource.Number))
        {
            if (held.Person != person.Value)
                publisher.Withdraw(resource, held, ReasonCodes.WrongPerson);
        }
    }

    /// <summary>A visit that was labelled once stays labelled: later messages often leave the mark out.</summary>
    private static string Union(string? before, string labels)
    {
        if (string.IsNullOrEmpty(before) || before == labels)
            return labels;
        return string.Join(' ', before.Split(' ').Concat(labels.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct());
    }
}
