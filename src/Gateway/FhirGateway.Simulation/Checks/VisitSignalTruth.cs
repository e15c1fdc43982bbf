using System.Collections.Immutable;
using FhirGateway.Contracts;
using FhirGateway.Simulation.Hospital;

namespace FhirGateway.Simulation.Checks;

/// <summary>
/// What two visits of one patient must say together. Written down here a second time, on purpose: nothing of it is shared with the gateway.
/// In this world nobody is sent on to another hospital, nothing is planned, and nobody dies.
/// </summary>
internal sealed record VisitSignalTruth
{
    private static readonly TimeSpan Return = TimeSpan.FromDays(30);
    private static readonly TimeSpan Revisit = TimeSpan.FromHours(72);

    public required string Type { get; init; }

    /// <summary>The later visit.</summary>
    public required Visit Visit { get; init; }

    /// <summary>Days of all that it follows from.</summary>
    public required ImmutableArray<DateOnly> Days { get; init; }

    /// <summary>Both answers are right.</summary>
    public required bool IsOptional { get; init; }

    public static IEnumerable<VisitSignalTruth> Of(IReadOnlyList<Visit> visits)
    {
        foreach (var visit in visits)
        {
            if (visit.Secrecy != VisitSecrecy.None || visit.Patient.Person.IsNewborn)
                continue;
            var stays = Before(visits, visit, Return, v => v.IsInpatient);
            if (visit.IsInpatient && stays.Count > 0)
                yield return Signal(EventTypes.AdtReturn, visit, stays, visits);
            // An emergency visit that became a stay is another matter: whether it counts is not asked here.
            var emergencies = Before(visits, visit, Revisit, v => v.PatientClass == 'E');
            if (visit.PatientClass == 'E' && emergencies.Count > 0)
                yield return Signal(EventTypes.AdtEdRevisit, visit, emergencies, visits);
        }
    }

    private static List<Visit> Before(IReadOnlyList<Visit> visits, Visit visit, TimeSpan within, Func<Visit, bool> counts) =>
        [.. visits.Where(v => v != visit && counts(v) && (v.Ended ?? v.Discharged) <= visit.Admitted && visit.Admitted - (v.Ended ?? v.Discharged) <= within)];

    /// <summary>Certain where every visit that bears on it went straight through; what is withheld may hide an index stay.</summary>
    private static VisitSignalTruth Signal(string type, Visit visit, List<Visit> earlier, IReadOnlyList<Visit> all)
    {
        var overlaps = all.Any(v => v != visit && v.Admitted <= visit.Discharged && visit.Admitted <= (v.Ended ?? v.Discharged));
        return new VisitSignalTruth
        {
            Type = type,
            Visit = visit,
            Days = [.. earlier.Append(visit).SelectMany(v => new[] { v.Admitted, v.Updated, v.Ended ?? v.Discharged }).Select(DateOnly.FromDateTime).Distinct()],
            IsOptional = overlaps || earlier.Append(visit).Any(v => !IsStraight(v)),
        };
    }

    private static bool IsStraight(Visit visit) =>
        visit.Secrecy == VisitSecrecy.None && visit.Story is not (VisitStory.Open or VisitStory.ArrivalCancelled or VisitStory.DischargeCancelled or VisitStory.Admitted or VisitStory.DischargeFirst);
}
