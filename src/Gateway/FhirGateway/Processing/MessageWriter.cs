using FhirGateway.Audit;
using FhirGateway.Contracts;
using FhirGateway.Messages;
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

    private MergeWriter? merges;

    /// <summary>What sources say of their own identifiers.</summary>
    internal MergeWriter Merges => merges ??= new MergeWriter(state, publisher, episodes.Patients, episodes, restage);

    /// <summary>Writes a message that came; leaves on it what the health of its feed needs.</summary>
    public void Write(MessageItem item)
    {
        var source = directory.SourceOf(item.Entry.Entry.Source);
        if (source.Feed.RefusesChangedRepeats)
            state.Messages.Remember(item.ControlKey, DateOnly.FromDateTime(now.UtcDateTime));
        var use = state.Messages.Take(item.Fingerprint, DateOnly.FromDateTime(now.UtcDateTime));
        episodes.Patients.LastMatched = null;
        var outcome = use == ControlIdUse.Repeated ? ReasonCodes.DuplicateMessage : Outcome(item, source);
        FeedReading.After(publisher, item, use, episodes.Patients.LastMatched);
        state.Audit.Append(new AuditRecord(
            AuditKinds.Accepted,
            AcceptanceJson.Of(source.Id, item.Entry.Id.Value, "ADT " + item.Trigger, item.Sha256, outcome, charset: item.ReadAs)));
    }

    /// <summary>Writes a message that was held and can be converted now.</summary>
    public void Release(MessageItem item, long held)
    {
        if (item.Reason is not null)
            return;
        if (Store(item, directory.SourceOf(item.Entry.Entry.Source)) != ReasonCodes.VisitOverrun)
            state.Quarantine.Release(held);
    }

    /// <summary>The visits.</summary>
    public EpisodeWriter Episodes => episodes;

    /// <summary>What a message that came before says of a person, as it is read now.</summary>
    public void ReplayPatient(MessageItem item, AdtEvent converted) => Merges.WritePatient(item, converted, directory.SourceOf(item.Entry.Entry.Source));

    private string Outcome(MessageItem item, Source source)
    {
        var outcome = Store(item, source);
        var isOverrun = item.Reason is null && outcome == ReasonCodes.VisitOverrun;
        if (item.Reason is null && !isOverrun)
            return outcome;
        state.Quarantine.Hold(new QuarantinedItem
        {
            Source = source.Number,
            Entry = item.Entry.Id.Value,
            Reason = item.Reason ?? outcome,
            Detail = isOverrun ? "PV1-19" : item.Detail,
            Event = item.Trigger,
        });
        return item.Reason ?? outcome;
    }

    /// <summary>What became of the message: the most that became of any of its events; that one of them could not be taken in goes before.</summary>
    private string Store(MessageItem item, Source source)
    {
        string? outcome = null;
        foreach (var converted in item.Events)
        {
            var of = Store(item, converted, source);
            if (outcome is null || of == ReasonCodes.VisitOverrun || (of == "processed" && outcome != ReasonCodes.VisitOverrun))
                outcome = of;
        }

        if (episodes.Patients.HasReborn && item.Events is [var first, ..])
            Merges.JudgeReborn(AdtCause.Of(item, first) with { Event = null });
        return outcome ?? "unchanged";
    }

    private string Store(MessageItem item, AdtEvent converted, Source source)
    {
        if (converted.Merge is not null)
            return Merges.Write(item, converted, source);
        return converted.Visit is null ? Merges.WritePatient(item, converted, source) : episodes.Write(item, converted, source);
    }
}
