using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <summary>Collects what happened in a visit: each once, in order of time.</summary>
internal sealed class MilestoneList
{
    private readonly List<Milestone> found = new(4);

    public bool Has(MilestoneKind kind)
    {
        foreach (var milestone in found)
        {
            if (milestone.Kind == kind)
                return true;
        }

        return false;
    }

    public bool HasAdmission => Has(MilestoneKind.Admit) || Has(MilestoneKind.EdToInpatient) || Has(MilestoneKind.ObservationToInpatient);

    public bool HasArrival => HasAdmission || Has(MilestoneKind.Register) || Has(MilestoneKind.EdArrival) || Has(MilestoneKind.ObservationStart);

    /// <summary>Adds it unless it is known by kind, or by kind and time where it recurs; of two to the same time the later message knows where to.</summary>
    public void Add(Milestone milestone)
    {
        for (var i = 0; i < found.Count; i++)
        {
            if (!found[i].IsSameAs(milestone))
                continue;
            if (milestone.Recurs)
                found[i] = milestone with { From = found[i].From ?? milestone.From };
            return;
        }

        found.Add(milestone);
    }

    /// <summary>The latest one of its kind was said again, with another time.</summary>
    public void Correct(Milestone milestone)
    {
        var last = found.FindLastIndex(m => m.Kind == milestone.Kind);
        if (last >= 0)
            found.RemoveAt(last);
        Add(milestone);
    }

    public ImmutableArray<Milestone> ToImmutable()
    {
        // Insertion keeps what happened at the same time in the order of the events.
        for (var i = 1; i < found.Count; i++)
        {
            var moved = found[i];
            var place = i;
            for (; place > 0 && found[place - 1].At.Instant > moved.At.Instant; place--)
                found[place] = found[place - 1];
            found[place] = moved;
        }

        return [.. found];
    }
}
