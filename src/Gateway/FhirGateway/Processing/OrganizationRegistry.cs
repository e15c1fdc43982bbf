using FhirGateway.Attributions;
using FhirGateway.Audit;
using FhirGateway.Normalization;
using FhirGateway.Organizations;

namespace FhirGateway.Processing;

/// <summary>Adds and changes sources, participants and agreements. What it did is in force when it returns.</summary>
public sealed class OrganizationRegistry(IStateStore store, CurrentDirectory directory, WorkSignal reevaluation)
{
    /// <summary>Adds a source or changes a known one. Null if it was taken; else what is wrong with it.</summary>
    public Task<string?> SaveAsync(Source source, string by, CancellationToken cancellationToken) => ChangeAsync(source.Id, "source", by, (tx, known) =>
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(source.TimeZone, out _))
            return $"unknown time zone {source.TimeZone}";
        if (!ClaimRules.Names.Contains(source.Claims.Profile, StringComparer.Ordinal))
            return $"unknown claim profile {source.Claims.Profile}";
        if (source.Facilities.Distinct(StringComparer.OrdinalIgnoreCase).Count() != source.Facilities.Length)
            return "a facility is named twice";
        foreach (var facility in source.Facilities)
        {
            if (known.FindFacility(facility) is { } owner && owner.Id != source.Id)
                return $"facility {facility} already belongs to source {owner.Id}";
        }

        if (CertificateFault(source, known) is { } certificate)
            return certificate;
        tx.Organizations.Save(source);
        var updated = tx.Organizations.Load();
        if (source.Kind != SourceKind.Payer && known.FindSource(source.Id) is null)
            DefaultAgreements.Ensure(tx, updated, tx.Attributions.ParticipantsWithAny(), payer: null);
        DefaultAgreements.EnsureOnly(tx, updated, source);
        if (known.FindSource(source.Id) is { } before && (before.Connection.OnlyParticipant, before.Connection.WithholdsAmounts) != (source.Connection.OnlyParticipant, source.Connection.WithholdsAmounts))
            EnqueueAll(tx, before);
        // Data from before the change would never come by a _since that was remembered of another server or a narrower question.
        if (known.FindSource(source.Id) is { } asked && asked.Connection.FeedDigest() != source.Connection.FeedDigest())
            tx.Exports.Forget(asked.Number);
        return null;
    }, cancellationToken);

    /// <summary>Adds a participant or changes a known one.</summary>
    public Task<string?> SaveAsync(Participant participant, string by, CancellationToken cancellationToken) => ChangeAsync(participant.Id, "participant", by, (tx, _) =>
    {
        tx.Organizations.Save(participant);
        return null;
    }, cancellationToken);

    /// <summary>Adds or changes an agreement; it takes the place of a default one. Everyone attributed to the participant is judged anew.</summary>
    public Task<string?> SaveAsync(Agreement agreement, string by, CancellationToken cancellationToken) => ChangeAsync(agreement.Id, "agreement", by, (tx, known) =>
    {
        if (known.FindSource(agreement.Source) is not { } source)
            return $"unknown source {agreement.Source}";
        if (known.FindParticipant(agreement.Participant) is not { } participant)
            return $"unknown participant {agreement.Participant}";
        if (agreement.End < agreement.Start)
            return "the end is before the start";
        foreach (var other in known.Between(source.Number, participant.Number).Where(a => a.IsDefault && a.Id != agreement.Id))
            tx.Organizations.Remove(other);
        tx.Organizations.Save(agreement);
        foreach (var person in tx.Attributions.PersonsOf(participant.Number))
            tx.Reevaluations.Enqueue(person);
        // A feed of the participant's own releases without attributions.
        if (source.Connection.OnlyParticipant == participant.Id)
            EnqueueAll(tx, source);
        return null;
    }, cancellationToken);

    /// <summary>A certificate says who sends: it can say so of one source only.</summary>
    private static string? CertificateFault(Source source, OrganizationDirectory known)
    {
        var names = source.Feed.Certificates;
        if (names.FirstOrDefault(n => CertificateName.Parse(n) != n) is { } wrong)
            return $"certificate {wrong} is not {CertificateName.Form}";
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Length)
            return "a certificate is named twice";
        return names.Select(n => (Name: n, Owner: known.FindCertificate(n))).FirstOrDefault(n => n.Owner is not null && n.Owner.Id != source.Id) is { Owner: { } owner } taken
            ? $"certificate {taken.Name} already belongs to source {owner.Id}"
            : null;
    }

    private static void EnqueueAll(IStateTransaction tx, Source source)
    {
        foreach (var person in tx.People.PersonsOf(source.Number))
            tx.Reevaluations.Enqueue(person);
    }

    private static bool DiffersByCase(string known, string id) =>
        known != id && string.Equals(known, id, StringComparison.OrdinalIgnoreCase);

    private async Task<string?> ChangeAsync(
        string id, string what, string by, Func<IStateTransaction, OrganizationDirectory, string?> change, CancellationToken cancellationToken)
    {
        if (!OrganizationId.IsValid(id) && what != "agreement")
            return $"{what} id '{id}' is not {OrganizationId.Form}";
        if (what == "source" && directory.Value.Sources.FirstOrDefault(s => DiffersByCase(s.Id, id)) is { } source)
            return $"source id '{id}' differs from '{source.Id}' by case only";
        if (what == "participant" && directory.Value.Participants.FirstOrDefault(p => DiffersByCase(p.Id, id)) is { } participant)
            return $"participant id '{id}' differs from '{participant.Id}' by case only";
        OrganizationDirectory? before = null;
        try
        {
            var fault = await store.WriteAsync<string?>(StateLane.Messages, tx =>
            {
                if (change(tx, directory.Value) is { } wrong)
                    return wrong;
                tx.Audit.Append(new AuditRecord(AuditKinds.Change, SmallJson.Write((id, what, by), static (json, f) =>
                {
                    json.WriteString("change", f.what);
                    json.WriteString("id", f.id);
                    json.WriteString("client", f.by);
                })));
                // Before the next transaction: one that judged the enqueued persons by the old directory would be done with them.
                before ??= directory.Value;
                directory.Value = tx.Organizations.Load();
                return null;
            }, cancellationToken);
            if (fault is not null)
                return fault;
        }
        catch when (before is not null)
        {
            directory.Value = before;
            throw;
        }

        reevaluation.Set();
        return null;
    }
}
