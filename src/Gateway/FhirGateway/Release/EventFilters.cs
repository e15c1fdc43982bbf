using FhirGateway.Attributions;
using FhirGateway.Contracts;
using FhirGateway.Organizations;

namespace FhirGateway.Release;

/// <summary>
/// Whether a participant wants an event of the stream adt. It is asked after the release: a filter never opens anything. What is taken
/// back always comes to who was told it.
/// </summary>
public static class EventFilters
{
    /// <summary>The condition that the event does not meet; null if it is wanted.</summary>
    public static ReleaseCondition? Misses(FilteredEvent happened, Participant participant, PersonStanding standing, OrganizationDirectory directory)
    {
        var filter = participant.Filter;
        if (filter.IsEmpty || happened.Type == EventTypes.AdtCancel || happened.Type == EventTypes.Withdrawn(StreamNames.Adt))
            return null;
        if (!filter.Events.IsEmpty && !filter.Events.Contains(happened.Type))
            return Missed("event", happened.Type);
        // An event about a person has neither class nor facility of a visit to be chosen by.
        if (!filter.Classes.IsEmpty && happened.Class is { } @class && !filter.Classes.Contains(@class, StringComparer.OrdinalIgnoreCase))
            return Missed("class", @class);
        if (!filter.Facilities.IsEmpty && happened.Facility is { } facility && !filter.Facilities.Contains(facility, StringComparer.OrdinalIgnoreCase))
            return Missed("facility", facility);
        if (!filter.Payers.IsEmpty && !HasPayer(filter, participant, standing, directory))
            return Missed("payer", "no attribution of " + string.Join(" or ", filter.Payers));
        return AgeOn(happened) is { } age && (age < filter.MinAge || age > filter.MaxAge) ? Missed("age", "outside the years that are wanted") : null;
    }

    private static ReleaseCondition Missed(string what, string evidence) => new("filter", false, $"by {what}: {evidence}");

    private static bool HasPayer(EventFilter filter, Participant participant, PersonStanding standing, OrganizationDirectory directory)
    {
        foreach (var attribution in standing.Attributions)
            if (attribution.Participant == participant.Number && attribution.Source is { } payer && filter.Payers.Contains(directory.SourceOf(payer).Id))
                return true;
        return false;
    }

    /// <summary>Null where it is not known: an event is rather told than missed.</summary>
    private static int? AgeOn(FilteredEvent happened)
    {
        if (happened is not { BirthDate: { } born, Day: { } day } || day < born)
            return null;
        return day.Year - born.Year - (day < born.AddYears(day.Year - born.Year) ? 1 : 0);
    }
}
