using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <summary>Collects what happened in a visit: each once, in order of time.</summary>
internal sealed class MilestoneList
{
    /// <summary>So few are compared with each other faster than they are looked up.</summary>
    private const int Few = 16;

    private readonly List<Milestone> found = new(4);

    /// <summary>Places of those that recur, once there are more than a few.</summary>
    private Dictionary<(MilestoneKind Kind, long At), int>? places;

    /// <summary>One bit for each kind that was added; what is corrected stays of its kind.</summary>
    private int kinds;

    public bool Has(MilestoneKind kind) => (kinds & (1 << (int)kind)) != 0;

    public bool HasAdmission => Has(MilestoneKind.Admit) || Has(MilestoneKind.EdToInpatient) || Has(MilestoneKind.ObservationToInpatient);

    public bool HasArrival => HasAdmission || Has(MilestoneKind.Register) || Has(MilestoneKind.EdArrival) || Has(MilestoneKind.ObservationStart);

    /// <summary>Adds it unless it is known by kind, or by kind and time where it recurs; of two to the same time the later message knows where to.</summary>
    public void Add(Milestone milestone)
    {
        if (PlaceOf(milestone) is var known and >= 0)
        {
            if (milestone.Recurs)
                found[known] = milestone with { From = found[known].From ?? milestone.From };
            return;
        }

        places?.Add(KeyOf(milestone), found.Count);
        found.Add(milestone);
        kinds |= 1 << (int)milestone.Kind;
        if (places is null && found.Count > Few)
            Index();
    }

    /// <summary>The latest one of its kind was said again, with another time.</summary>
    public void Correct(Milestone milestone)
    {
        var last = found.FindLastIndex(m => m.Kind == milestone.Kind);
        if (last >= 0)
        {
            found.RemoveAt(last);
            if (places is not null)
                Index();
        }

        Add(milestone);
    }

    private int PlaceOf(Milestone milestone) =>
        places is null ? found.FindIndex(milestone.IsSameAs) : places.GetValueOrDefault(KeyOf(milestone), -1);

    private void Index()
    {
        places = new Dictionary<(MilestoneKind, long), int>(found.Count * 2);
        for (var i = 0; i < found.Count; i++)
            places[KeyOf(found[i])] = i;
    }

    private static (MilestoneKind Kind, long At) KeyOf(Milestone milestone) => (milestone.Kind, milestone.Recurs ? milestone.At.Instant.UtcTicks : 0);

    public ImmutableArray<Milestone> ToImmutable()
    {
        // What happened at the same time stays in the order of the events.
        for (var i = 1; i < found.Count; i++)
        {
            if (found[i - 1].At.Instant > found[i].At.Instant)
                return [.. found.OrderBy(m => m.At.Instant)];
        }

        return [.. found];
    }
}
