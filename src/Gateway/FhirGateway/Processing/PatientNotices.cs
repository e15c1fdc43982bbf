using System.Globalization;
using FhirGateway.Contracts;
using FhirGateway.Normalization.Adt;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Publications;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>
/// What participants are told of patients apart from visits: who they are, <c>adt.merge</c> with both where two turned out to be one,
/// and withdrawals where they did not.
/// </summary>
internal sealed class PatientNotices(IStateTransaction state, Publisher publisher, PatientRecords patients)
{
    /// <summary>What a message says of a patient. The latest counts, whichever comes last.</summary>
    public string WritePatient(MessageItem item, AdtEvent converted, Source source)
    {
        var key = patients.KeyOf(source, converted.PatientKey);
        var before = state.Resources.Find(IdOf(source, key), adt: true);
        if (before is { IsRemoved: false } && IsOlder(converted, before))
            return ReasonCodes.Superseded;
        var record = patients.Match(source, converted.PatientKey, converted.Patient, key);
        // Nobody is told of another patient but by a merge or link that is in force.
        var rendered = Rendered(item, converted, key);
        var replaced = patients.Replaced(source, key);
        if (replaced.Count > 0 || MergeReader.KindOf(converted.Trigger) is not null)
            rendered = MergeDress.WithLinks(rendered, replaced);
        if (before is not null && before.Hash == rendered.Hash && before.Record == record.Number && before.Labels == item.Labels)
            return "unchanged";
        // By the number that it names it can be told from what is the survivor's own, if the two turn out to be two.
        var entry = new AdtEntry { Trigger = converted.Trigger, Facility = converted.Facility, Retired = key == converted.PatientKey ? null : converted.PatientKey };
        var resource = Store(item, rendered, source, record, before, EventTypes.AdtUpdate, entry);
        publisher.Evaluate(resource, record.Person);
        return "processed";
    }

    /// <summary>Two patients are one, or are parted by their source again.</summary>
    public void Tell(Source source, MergeNote note, MessageItem item, AdtEvent converted)
    {
        var key = patients.KeyOf(source, note.Survivor);
        var patient = IdOf(source, key);
        var rendered = Rendered(item, converted, key);
        var told = MergeDress.WithLinks(rendered, patients.Replaced(source, key), keepsOthers: true);
        var record = patients.RecordOf(source, key, []);
        var before = state.Resources.Find(patient, adt: true);
        var entry = new AdtEntry { Trigger = note.Trigger, Facility = converted.Facility, Survivor = note.Survivor, Retired = note.Retired };
        var resource = Store(item, told, source, record, before, EventTypes.AdtMerge, entry);
        publisher.Announce(resource, record.Person, new AdtAnnouncement
        {
            Notices = [new AdtNotice { Type = EventTypes.AdtMerge, Time = note.Order.Time, Entry = entry }],
            Origin = converted.ControlId,
            AcceptedAt = item.Entry.Entry.ReceivedAt,
            IsFirst = before is null,
        });
    }

    /// <summary>What was told of a merge that is none names somebody else's number.</summary>
    /// <param name="source">Who sent it.</param>
    /// <param name="ended">The merge.</param>
    /// <param name="keys">Who may have carried on when it was told.</param>
    public void Withdraw(Source source, MergeNote ended, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            if (state.Resources.Find(IdOf(source, key), adt: true) is { Type: "Patient" } patient)
            {
                publisher.Withdraw(patient.Number, ReasonCodes.WrongPerson, e => e.Type == EventTypes.AdtMerge
                    && AdtEntryJson.Read(e.Adt) is { } told && told.Retired == ended.Retired && told.Survivor == ended.Survivor);
            }
        }
    }

    /// <summary>What messages under a number said of the patient whose it was taken for is another's: nobody is to hold it as his.</summary>
    /// <param name="source">Who sent them.</param>
    /// <param name="key">The number.</param>
    /// <param name="survivor">Where it led until now.</param>
    /// <param name="cause">Why it does no more.</param>
    public void Part(Source source, string key, string survivor, AdtCause cause)
    {
        if (state.Resources.Find(IdOf(source, survivor), adt: true) is not { IsRemoved: false, Type: "Patient" } patient)
            return;
        publisher.Withdraw(patient.Number, ReasonCodes.WrongPerson, e => Names(e.Adt, key));
        if (!Names(patient.Adt, key))
            return;
        // What he held before is not known any more; his own next message tells it.
        foreach (var held in state.Resources.HoldersOf(patient.Number).ToList())
            publisher.Withdraw(patient, held, ReasonCodes.WrongPerson);
        state.Resources.Update(patient.Removed(cause.Origin, cause.AcceptedAt));
    }

    private static bool Names(string? adt, string key) =>
        AdtEntryJson.Read(adt) is { } entry && (entry.Survivor ?? entry.Retired) == key;

    /// <summary>The Patient of a key, if it was told of by itself, replaces exactly those that lead to it.</summary>
    public void Refresh(Source source, string key)
    {
        var id = IdOf(source, key);
        if (state.Resources.Find(id, adt: true) is not { IsRemoved: false, Type: "Patient" } patient)
            return;
        var known = publisher.BodyOf(patient);
        var body = MergeDress.WithLinks(known, id, patients.Replaced(source, key));
        if (body.AsSpan().SequenceEqual(known))
            return;
        var entry = AdtEntryJson.Read(patient.Adt) ?? new AdtEntry();
        var changed = patient with
        {
            Body = state.Resources.StoreBody(body),
            Hash = MergeDress.HashOf(patient.Hash, body),
            EventType = EventTypes.AdtUpdate,
            Adt = AdtEntryJson.Write(patient.EventType == EventTypes.AdtMerge ? entry with { Survivor = null, Retired = null } : entry),
        };
        state.Resources.Update(changed);
        publisher.Evaluate(changed, patients.RecordOf(source, key, []).Person);
    }

    private StoredResource Store(
        MessageItem item, AdtEvent rendered, Source source, SourceRecord record, StoredResource? before, string type, AdtEntry entry)
    {
        var resource = new StoredResource
        {
            Number = before?.Number ?? 0,
            Id = rendered.PatientId,
            Rules = ResourceRules.Adt,
            Type = "Patient",
            Source = source.Number,
            Record = record.Number,
            Hash = rendered.Hash,
            Body = state.Resources.StoreBody(rendered.Bundle.Span),
            Service = rendered.Service,
            Labels = item.Labels,
            EventType = type,
            EventTime = Publisher.Rfc3339(rendered.EventTime),
            Adt = AdtEntryJson.Write(entry),
            Care = EpisodeWriter.CareOf(rendered, before),
            Origin = rendered.ControlId,
            AcceptedAt = item.Entry.Entry.ReceivedAt,
        };
        if (before is null)
            return state.Resources.Insert(resource);
        state.Resources.Update(resource);
        return resource;
    }

    private static AdtEvent Rendered(MessageItem item, AdtEvent converted, string key) =>
        key == converted.PatientKey
            ? converted
            : item.Again!(new AdtKnown { SurvivorKey = key, Group = converted.Group }) ?? converted;

    private static bool IsOlder(AdtEvent converted, StoredResource before)
    {
        var order = DateTimeOffset.TryParse(before.EventTime, CultureInfo.InvariantCulture, out var known)
            ? converted.EventTime.CompareTo(known)
            : 1;
        return order < 0 || (order == 0 && string.CompareOrdinal(converted.ControlId, before.Origin) < 0);
    }

    private static Guid IdOf(Source source, string key) => PublishedId.Create(source.Id, "Patient", key);
}
