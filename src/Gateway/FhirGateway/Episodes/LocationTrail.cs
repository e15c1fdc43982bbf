using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <summary>Where the patient was, is and will be. A location is the path of its names, so that what contains another is how its path begins.</summary>
internal sealed class LocationTrail
{
    private const string PlannedStatus = "planned";
    private const string Active = "active";
    private const string Reserved = "reserved";
    private const string Completed = "completed";

    private List<LocationPeriod>? past;
    private Moment? since;
    private bool isFirst;
    private bool wasFirst;
    private string? temporary;
    private Moment? temporarySince;
    private string? planned;
    private string? pending;

    /// <summary>Where the patient is assigned.</summary>
    public string? Current { get; private set; }

    public void Plan(string? location) => planned = location ?? planned;

    public void Reserve(string? location) => pending = location ?? pending;

    public void ClearReservation() => pending = null;

    /// <summary>An update that names a location in less detail says nothing new.</summary>
    public bool IsNew(string? location, bool isUpdate) =>
        location is not null && location != Current && !(isUpdate && Current is not null && Contains(location, Current));

    /// <summary>The patient is there now.</summary>
    /// <param name="location">Where.</param>
    /// <param name="at">Since when; null if that is not known.</param>
    /// <param name="prior">Where the patient came from, by the message.</param>
    /// <param name="beginsVisit">It is the first location of the visit, which begins there.</param>
    public void Move(string location, Moment? at, string? prior, bool beginsVisit)
    {
        if (prior is not null && !Contains(prior, location) && (Current is null || (!Contains(prior, Current) && !Contains(Current, prior))))
        {
            // A move that nobody told lies between.
            Leave(null);
            (Current, since, isFirst) = (prior, null, false);
        }

        Leave(at);
        (Current, since, isFirst) = (location, at, beginsVisit && past is null);
        planned = null;
        if (pending is not null && (Contains(pending, location) || Contains(location, pending)))
            pending = null;
    }

    /// <summary>The patient is somewhere for a while; null: no longer.</summary>
    public void Lodge(string? location, Moment at)
    {
        if (location == temporary)
            return;
        if (temporary is not null)
            (past ??= []).Add(new LocationPeriod(temporary, Completed, temporarySince, Moments.EndNotBefore(at, temporarySince)));
        (temporary, temporarySince) = (location, at);
    }

    public ImmutableArray<LocationPeriod> Build(string status, Moment? start, Moment? end)
    {
        if (past is null && Current is null && temporary is null && planned is null && pending is null)
            return [];
        var isOver = status is Episode.Finished or Episode.Cancelled;
        var periods = ImmutableArray.CreateBuilder<LocationPeriod>((past?.Count ?? 0) + 4);
        if (past is not null)
            periods.AddRange(past);
        if (wasFirst)
            periods[0] = StartingWith(periods[0], start);
        if (Current is not null)
        {
            var from = isFirst ? start ?? since : since;
            periods.Add(isOver
                ? new LocationPeriod(Current, Completed, from, Moments.EndNotBefore(end, from))
                : new LocationPeriod(Current, Active, from, null));
        }
        if (temporary is not null)
        {
            periods.Add(isOver
                ? new LocationPeriod(temporary, Completed, temporarySince, Moments.EndNotBefore(end, temporarySince))
                : new LocationPeriod(temporary, Active, temporarySince, null));
        }
        if (planned is not null && status == Episode.Planned)
            periods.Add(new LocationPeriod(planned, PlannedStatus, null, null));
        if (pending is not null && !isOver)
            periods.Add(new LocationPeriod(pending, Reserved, null, null));
        return periods.DrainToImmutable();
    }

    /// <summary>The unit (or the facility, if no unit is named) of a location: two beds of it are no transfer.</summary>
    public static ReadOnlySpan<char> UnitOf(string location)
    {
        var room = location.IndexOf("|ro:", StringComparison.Ordinal);
        var bed = location.IndexOf("|bd:", StringComparison.Ordinal);
        var end = room < 0 ? bed : bed < 0 ? room : Math.Min(room, bed);
        return end < 0 ? location : location.AsSpan(0, end);
    }

    public static bool IsSameUnit(string one, string other) => UnitOf(one).SequenceEqual(UnitOf(other));

    private static bool Contains(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] == '|');

    /// <summary>The first location was taken when the visit began, whichever message said when that was.</summary>
    private static LocationPeriod StartingWith(LocationPeriod period, Moment? start) =>
        start is null ? period : period with { Start = period.End is { } end && end.IsBefore(start.Value) ? end : start };

    private void Leave(Moment? at)
    {
        if (Current is null)
            return;
        wasFirst |= isFirst;
        (past ??= []).Add(new LocationPeriod(Current, Completed, since, Moments.EndNotBefore(at, since)));
        Current = null;
    }
}
