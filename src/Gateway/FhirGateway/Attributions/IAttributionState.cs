using FhirGateway.People;

namespace FhirGateway.Attributions;

/// <summary>Attributions and opt-outs inside the state transaction.</summary>
public interface IAttributionState
{
    PersonStanding StandingOf(PersonId person);
    IReadOnlyList<Attribution> OfRoster(int source, string? contract);
    IReadOnlyList<Attribution> OfRecord(long record);
    Attribution Insert(Attribution attribution);
    void Update(Attribution attribution);
    void Save(OptOut choice);

    /// <summary>The persons with an attribution that starts, whose notice ends, or whose participant has an agreement that starts, after the first day and up to the second.</summary>
    IReadOnlyList<PersonId> OpeningBetween(DateOnly after, DateOnly upTo);

    /// <summary>The participants that have any attribution or panel row.</summary>
    IReadOnlyList<int> ParticipantsWithAny();

    /// <summary>The persons with an attribution or panel row of the participant.</summary>
    IReadOnlyList<PersonId> PersonsOf(int participant);
}
