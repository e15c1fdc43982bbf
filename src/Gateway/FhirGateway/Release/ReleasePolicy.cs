using FhirGateway.Attributions;
using FhirGateway.Contracts;
using FhirGateway.Organizations;

namespace FhirGateway.Release;

/// <summary>
/// The one decision for every exit; default deny. A resource of a person goes iff an agreement between its source and the
/// participant covers it, an attribution or panel row that the agreement accepts is active today or in run-out, the service
/// falls into [start - look-back, end], and no opt-out and no label forbids it. What was pulled with one participant's own
/// credentials goes to that participant alone, and needs no attribution: being in its feed is the payer's attribution.
/// </summary>
public static class ReleasePolicy
{
    /// <summary>Decides. With <paramref name="explain"/> every condition is judged and written there, not only the first that fails.</summary>
    public static ReleaseDecision Decide(
        StoredResource resource,
        Participant participant,
        PersonStanding standing,
        OrganizationDirectory directory,
        DateOnly today,
        ICollection<ReleaseCondition>? explain = null)
    {
        if (resource.Rules is ResourceRules.NotReleasable or ResourceRules.NoPerson)
        {
            explain?.Add(new ReleaseCondition("type", false, $"{resource.Type} is in no release table or belongs to no person"));
            return new ReleaseDecision(ReasonCodes.NotReleasable, null, null);
        }

        if (resource.Record is null)
        {
            explain?.Add(new ReleaseCondition("person", false, "the resource names no Patient that resolves"));
            return new ReleaseDecision(ReasonCodes.NoPerson, null, null);
        }

        var source = directory.SourceOf(resource.Source);
        if (source.Connection.OnlyParticipant is { } only)
        {
            explain?.Add(new ReleaseCondition("only-participant", only == participant.Id, $"{source.Id} is pulled with the credentials of {only}"));
            if (only != participant.Id)
                return new ReleaseDecision(ReasonCodes.OtherParticipant, null, null);
        }

        var opened = Open(resource, source, participant, standing, directory, today, explain);
        var optedOut = standing.IsOptedOut(resource.Source, participant.Number);
        explain?.Add(new ReleaseCondition("opt-out", !optedOut, optedOut ? $"opted out of {source.Id}" : "no opt-out in force"));
        explain?.Add(new ReleaseCondition("label", resource.Labels.Length == 0, resource.Labels.Length == 0 ? "no label" : resource.Labels));
        if (!opened.Released)
            return opened;
        if (optedOut)
            return opened with { Reason = ReasonCodes.OptedOut };
        return resource.Labels.Length > 0 ? opened with { Reason = ReasonCodes.Labelled } : opened;
    }

    /// <summary>The day from which an attribution opens anything under an agreement: its start, but not before the notice is over.</summary>
    public static DateOnly Opens(Attribution attribution, Agreement agreement)
    {
        var noticed = attribution.KnownOn.AddDays(agreement.NoticeDays);
        return agreement.NoticeDays > 0 && noticed > attribution.Start ? noticed : attribution.Start;
    }

    private static ReleaseDecision Open(
        StoredResource resource, Source source, Participant participant, PersonStanding standing,
        OrganizationDirectory directory, DateOnly today, ICollection<ReleaseCondition>? explain)
    {
        var reason = ReasonCodes.NoAgreement;
        ReleaseDecision? routed = null;
        foreach (var agreement in directory.Between(source.Number, participant.Number))
        {
            var covers = (agreement.Classes & resource.Rules.Classes()) != DataClasses.None && agreement.IsActiveOn(today);
            explain?.Add(new ReleaseCondition("agreement", covers,
                $"{agreement.Id}: covers {agreement.Classes}, {Days(agreement.Start, agreement.End)}, the resource is {resource.Rules}"));
            if (!covers)
                continue;
            if (source.Connection.OnlyParticipant is not null)
                return new ReleaseDecision(null, agreement, null) { AmountsWithheld = source.Connection.WithholdsAmounts };
            if (reason == ReasonCodes.NoAgreement)
                reason = ReasonCodes.NotAttributed;
            if (agreement.RoutesToPcp && resource.Rules == ResourceRules.Adt)
                routed ??= Route(resource, participant, agreement, explain);
            foreach (var attribution in standing.Attributions)
            {
                if (attribution.Participant != participant.Number)
                    continue;
                var verdict = Judge(resource, source, agreement, attribution, today);
                explain?.Add(new ReleaseCondition("attribution", verdict is null, Evidence(resource, agreement, attribution, today, verdict)));
                if (verdict is null)
                    return new ReleaseDecision(null, agreement, attribution) { AmountsWithheld = source.Connection.WithholdsAmounts };
                if (verdict == ReasonCodes.OutsidePeriod)
                    reason = verdict;
            }
        }

        if (routed is { } named)
            return named;
        if (reason == ReasonCodes.NoAgreement)
            explain?.Add(new ReleaseCondition("agreement", false, $"none from {source.Id} to {participant.Id} covers {resource.Rules} today"));
        else if (reason == ReasonCodes.NotAttributed)
            explain?.Add(new ReleaseCondition("attribution", false, $"no accepted attribution of this person to {participant.Id} is active"));
        return new ReleaseDecision(reason, null, null);
    }

    /// <summary>What opens by the message itself; an attribution that opens the same goes before it.</summary>
    private static ReleaseDecision? Route(StoredResource resource, Participant participant, Agreement agreement, ICollection<ReleaseCondition>? explain)
    {
        var npi = PcpRouting.NamedBy(resource, participant);
        explain?.Add(new ReleaseCondition("pcp-routing", npi is not null, npi is null
            ? $"agreement {agreement.Id} routes to primary care; the message names no NPI of {participant.Id} as such"
            : $"agreement {agreement.Id} routes to primary care; the message names {npi} of {participant.Id}"));
        return npi is null ? null : new ReleaseDecision(null, agreement, null) { RoutedBy = npi };
    }

    private static string? Judge(StoredResource resource, Source source, Agreement agreement, Attribution attribution, DateOnly today)
    {
        if (source.Kind == SourceKind.Payer && attribution.Source != source.Number)
            return ReasonCodes.NotAttributed;
        if (agreement.Contract is { } contract && contract != attribution.Contract)
            return ReasonCodes.NotAttributed;
        if (agreement.LineOfBusiness is { } line && line != attribution.LineOfBusiness)
            return ReasonCodes.NotAttributed;
        // Dropped before it began: no run-out follows a period that never was.
        if (attribution.End < attribution.Start)
            return ReasonCodes.NotAttributed;
        if (today < Opens(attribution, agreement)
            || (attribution.End is { } end && today > end.AddDays(agreement.RunOutDays)))
            return ReasonCodes.NotAttributed;
        if (resource.Service.IsUndated || resource.Rules == ResourceRules.Patient)
            return null;
        var from = resource.Rules == ResourceRules.Adt && agreement.RecentDays is { } recent
            ? (attribution.KnownOn > attribution.Start ? attribution.KnownOn : attribution.Start).AddDays(-recent)
            : attribution.Start.AddDays(-agreement.LookBackDays);
        var overlaps = (resource.Service.End is not { } last || last >= from)
            && (attribution.End is not { } until || resource.Service.Start is not { } first || first <= until);
        return overlaps ? null : ReasonCodes.OutsidePeriod;
    }

    private static string Evidence(StoredResource resource, Agreement agreement, Attribution attribution, DateOnly today, string? verdict) =>
        $"{attribution.Method.ToString().ToLowerInvariant()} {attribution.Number} {Days(attribution.Start, attribution.End)}, "
        + $"contract {attribution.Contract ?? "any"}; agreement {agreement.Id} look-back {agreement.LookBackDays} d, {Recent(resource, agreement)}run-out {agreement.RunOutDays} d, "
        + $"notice {agreement.NoticeDays} d; service {Days(resource.Service.Start, resource.Service.End)}; today {today:O}: {verdict ?? "opens it"}";

    private static string Recent(StoredResource resource, Agreement agreement) =>
        resource.Rules == ResourceRules.Adt && agreement.RecentDays is { } days ? $"recent {days} d, " : "";

    private static string Days(DateOnly? start, DateOnly? end) => $"[{start?.ToString("O") ?? "…"}, {end?.ToString("O") ?? "…"}]";
}
