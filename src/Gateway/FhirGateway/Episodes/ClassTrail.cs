using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <summary>The classes that a visit went through, and what their changes mean.</summary>
internal sealed class ClassTrail
{
    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    public static readonly VisitClass Planned = new(ActCode, "PRENC", "pre-admission");
    public static readonly VisitClass Inpatient = new(ActCode, "IMP", "inpatient encounter");
    public static readonly VisitClass Ambulatory = new(ActCode, "AMB", "ambulatory");

    private List<ClassPeriod>? past;
    private Moment? since;

    /// <summary>Place of the class with which the visit began, once it has.</summary>
    private int firstBegun = -1;

    /// <summary>The patient was or is there, and not just expected.</summary>
    private bool hasBegun;

    public VisitClass? Current { get; private set; }

    /// <summary>The class of a visit that has begun; null before.</summary>
    public VisitClass? Begun => hasBegun ? Current : null;

    /// <summary>U and what is in no table are no statement.</summary>
    public static bool IsKnown(VisitClass stated) => stated.Code is not ("UNK" or "U" or "");

    /// <summary>The class of a visit that is planned.</summary>
    public void Plan(VisitClass stated, Moment at)
    {
        if (!hasBegun)
            Set(stated, at);
    }

    /// <summary>The class of a visit that is going on.</summary>
    /// <param name="stated">By the message; a visit that has begun is not planned again.</param>
    /// <param name="at">Since when; null if that is not known.</param>
    public void Enter(VisitClass stated, Moment? at)
    {
        if (hasBegun && (stated.IsPreadmission || !IsKnown(stated)))
            return;
        if (!hasBegun)
        {
            if (Current is { } plan && !IsSame(plan, stated))
                Close(at);
            (Current, since, hasBegun) = (stated, at, true);
            firstBegun = past?.Count ?? 0;
            return;
        }
        // What was not known is filled in, not changed.
        if (Current is { } current && !IsKnown(current))
            Current = stated;
        else
            Set(stated, at);
    }

    public ImmutableArray<ClassPeriod> Build(Moment? start, Moment? end)
    {
        var periods = ImmutableArray.CreateBuilder<ClassPeriod>((past?.Count ?? 0) + 1);
        if (past is not null)
            periods.AddRange(past);
        if (Current is not null)
            periods.Add(new ClassPeriod(Current, since, end));
        for (var i = 0; i < periods.Count; i++)
        {
            var period = periods[i];
            if (end is { } over)
                period = period with { Start = NotAfter(period.Start, over), End = period.End is { } e ? NotAfter(e, over) : null };
            if (i == firstBegun && start is not null)
                period = period with { Start = start };
            periods[i] = period with { End = Moments.EndNotBefore(period.End, period.Start) };
        }

        return periods.DrainToImmutable();
    }

    /// <summary>Hours of the periods under observation that are over; null if there are none.</summary>
    public static double? ObservationHours(ImmutableArray<ClassPeriod> periods)
    {
        double? hours = null;
        foreach (var period in periods)
        {
            if (period is { Class.IsObservation: true, Start: { } start, End: { } end } && end.Instant >= start.Instant)
                hours = (hours ?? 0) + (end.Instant - start.Instant).TotalHours;
        }

        return hours;
    }

    private void Set(VisitClass stated, Moment? at)
    {
        if (Current is { } current && IsSame(current, stated))
            return;
        if (Current is not null)
            Close(at);
        (Current, since) = (stated, at);
    }

    private void Close(Moment? at)
    {
        (past ??= []).Add(new ClassPeriod(Current!, since, Moments.EndNotBefore(at, since)));
        Current = null;
    }

    private static bool IsSame(VisitClass one, VisitClass other) => one.Code == other.Code && one.System == other.System;

    private static Moment? NotAfter(Moment? time, Moment end) => time is { } t && end.IsBefore(t) ? end : time;
}
