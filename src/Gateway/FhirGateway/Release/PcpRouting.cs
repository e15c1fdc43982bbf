using System.Collections.Immutable;
using FhirGateway.Organizations;

namespace FhirGateway.Release;

/// <summary>Participants that a message itself names as the patient's primary care, by NPI, where an agreement lets that open its ADT events.</summary>
public static class PcpRouting
{
    /// <summary>The NPI by which the visit names the participant; null if it does not.</summary>
    public static string? NamedBy(StoredResource visit, Participant participant)
    {
        if (visit.Rules != ResourceRules.Adt || visit.Care is not { } care)
            return null;
        foreach (var npi in care.CareNpis)
            if (participant.Npi == npi || participant.ProviderNpis.Contains(npi))
                return npi;
        return null;
    }

    /// <summary>The participants that the visit names and that an agreement with its source routes it to.</summary>
    public static ImmutableArray<Participant> ParticipantsOf(StoredResource visit, OrganizationDirectory directory)
    {
        if (visit.Rules != ResourceRules.Adt || visit.Care is not { CareNpis.IsEmpty: false } care)
            return [];
        var found = ImmutableArray.CreateBuilder<Participant>();
        foreach (var npi in care.CareNpis)
            foreach (var participant in directory.WithNpi(npi))
                if (!found.Contains(participant) && directory.Between(visit.Source, participant.Number).Any(a => a.RoutesToPcp))
                    found.Add(participant);
        return found.ToImmutable();
    }
}
